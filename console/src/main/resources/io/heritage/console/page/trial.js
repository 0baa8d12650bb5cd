// One frame of a video that was chosen, as a picture: what a trial restores.

/**
 * The frame that the page shows of it now.
 *
 * @param {import('./drafts.js').Chosen} chosen
 * @returns {Promise<File>} PNG
 */
export async function trialFrame(chosen) {
  const video = [...document.querySelectorAll('.slot video')].find(({ src }) => src === chosen.address);
  if (!video?.videoWidth) throw new Error('This browser cannot display the video, so there is no frame to try.');
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  canvas.getContext('2d').drawImage(video, 0, 0);
  const frame = await canvas.convertToBlob({ type: 'image/png' });
  return new File([frame], chosen.name.replace(/(\.\w+)?$/, ` at ${video.currentTime.toFixed(2)} s.png`), { type: 'image/png' });
}
