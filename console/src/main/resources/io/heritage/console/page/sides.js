// One side of a comparison: shows a picture, a list of pictures or a video, frame by frame.
import { renewTicket, showable } from './api.js';

/**
 * @typedef {object} Source
 * @property {string} id
 * @property {string} label
 * @property {'image' | 'frames' | 'video'} kind
 * @property {number} count frames; 1 for an image, 0 if only the video itself knows
 * @property {number} fps 0 if only the video itself knows
 * @property {null | ((frame: number) => string)} at address of exactly this frame; null if there is none
 * @property {string} [video] address of the video
 */

const SEEK_MILLIS = 3000;
const METADATA_MILLIS = 10_000;
const PRESENTED_MILLIS = 80; // a frame that is shown already is not presented again
const MOST_PICTURES = 24;

function element(name, className) {
  const node = document.createElement(name);
  node.className = className;
  return node;
}

export class Side {
  constructor(name, onSize) {
    this.pane = element('div', `pane pane-${name}`);
    this.layer = element('div', 'layer');
    this.still = element('img', 'still');
    this.still.alt = '';
    this.video = element('video', 'moving');
    this.video.muted = true;
    this.video.playsInline = true;
    this.video.preload = 'metadata';
    this.video.addEventListener('loadedmetadata', () => this.opened());
    this.video.addEventListener('error', () => this.failed().catch(() => this.cannotPlay()));
    this.label = element('span', 'label');
    this.layer.append(this.video, this.still);
    this.pane.append(this.layer, this.label);
    this.onSize = onSize;
    this.wanted = 0;
    this.shown = -1;
    this.source = null;
    /** Called when the video told its size, or never will. */
    this.settle = () => {};
    this.retried = false;
    /** Decoded pictures by address, so that they are drawn at once. The last ones are kept. */
    this.pictures = new Map();
  }

  /** Nothing is shown until {@link show}. */
  async use(source) {
    if (this.source?.id === source?.id) return;
    this.release();
    this.source = source;
    this.video.hidden = source?.kind !== 'video';
    this.label.textContent = source?.label ?? '';
    if (source?.kind !== 'video') return;
    const settled = new Promise((resolve) => {
      this.settle = resolve;
    });
    const loading = this.loadVideo(source).catch(() => this.source === source && this.cannotPlay());
    // Exact frames do not need the video, unless it alone knows how many there are.
    if (!source.at || !source.count) await Promise.race([loading.then(() => settled), later(METADATA_MILLIS)]);
  }

  /** Shows nothing and ends what is being loaded. */
  release() {
    this.source = null;
    this.shown = -1;
    this.wanted++;
    this.moving = false;
    this.retried = false;
    this.pictures.clear();
    this.still.hidden = true;
    this.settle();
    if (!this.video.hasAttribute('src')) return;
    this.video.removeAttribute('src');
    this.video.load();
  }

  async loadVideo(source) {
    const address = await showable(source.video);
    if (this.source === source) this.video.src = address;
  }

  opened() {
    if (!this.video.videoWidth) return this.cannotPlay();
    if (this.source?.at && this.shown >= 0 && !this.moving) this.seek(this.shown).catch(() => {});
    this.settle();
    this.onSize();
  }

  /** One more try with a new ticket, from where it was. */
  async failed() {
    const { source, video } = this;
    if (!source) return;
    if (this.retried || !renewTicket()) return this.cannotPlay();
    this.retried = true;
    const at = video.currentTime;
    await this.loadVideo(source);
    if (this.source !== source) return;
    video.currentTime = at;
    if (this.moving) video.play().catch(() => {});
  }

  cannotPlay() {
    if (this.source?.kind !== 'video') return;
    this.video.hidden = true;
    this.label.textContent = `${this.source.label}: this browser cannot play it`;
    this.settle();
    this.onSize();
  }

  /** How many frames there are, as far as it is known. */
  get count() {
    const { source, video } = this;
    if (!source) return 0;
    if (source.count) return source.count;
    return Number.isFinite(video.duration) ? Math.max(1, Math.round(video.duration * this.fps)) : 1;
  }

  get fps() {
    const { source, video } = this;
    if (source?.fps) return source.fps;
    if (source?.count > 1 && Number.isFinite(video.duration)) return source.count / video.duration;
    return source?.kind === 'video' ? 25 : 16;
  }

  /** Pixels of what is shown. */
  get size() {
    const { still, video, source } = this;
    if (source?.kind === 'video' && video.videoWidth) return { width: video.videoWidth, height: video.videoHeight };
    return { width: still.naturalWidth, height: still.naturalHeight };
  }

  get plays() {
    return this.source?.kind === 'video' && !this.video.hidden && this.video.videoWidth > 0;
  }

  /** @returns {Promise<boolean>} whether this frame is now seen; false if another one was asked for meanwhile */
  async show(frame) {
    const reveal = await this.prepare(frame);
    reveal?.();
    return Boolean(reveal);
  }

  /**
   * Brings a frame without showing it, so that both sides change together.
   *
   * @returns {Promise<null | (() => void)>} what shows it at once; null if another one was asked for meanwhile
   */
  async prepare(frame) {
    const { source } = this;
    if (!source) return null;
    const k = source.kind === 'image' ? 0 : Math.max(0, Math.min(frame, this.count - 1));
    const turn = ++this.wanted;
    const isSeen = k === this.shown && !this.moving;
    const picture = source.at && !isSeen ? await this.picture(source.at(k)) : null;
    if (!picture && !isSeen && this.plays) {
      this.shown = -1; // from here on the video leaves the old frame, even if another turn comes first
      await this.seek(k);
    }
    if (turn !== this.wanted) return null;
    return () => isSeen || this.reveal(k, picture);
  }

  /** @param {HTMLImageElement | null} picture null: the video shows the frame */
  reveal(k, picture) {
    this.moving = false;
    if (picture) this.replaceStill(picture);
    this.still.hidden = !picture;
    this.shown = k;
    // The exact picture is above the video, which only has to go on from there.
    if (picture && this.plays) this.seek(k).catch(() => {});
  }

  /** A decoded picture takes the place of the old one at once: setting `src` would flash. */
  replaceStill(loaded) {
    loaded.className = 'still';
    loaded.alt = '';
    this.still.replaceWith(loaded);
    this.still = loaded;
    this.onSize();
  }

  /** Into the middle of the frame: at its edge rounding could show the one before. */
  async seek(k) {
    const { video } = this;
    const time = (k + 0.5) / this.fps;
    if (Math.abs(video.currentTime - time) < 0.001) return;
    const waits = [once(video, 'seeked').then(() => later(PRESENTED_MILLIS)), later(SEEK_MILLIS)];
    if ('requestVideoFrameCallback' in video) waits.push(new Promise((resolve) => video.requestVideoFrameCallback(resolve)));
    video.currentTime = time;
    await Promise.race(waits);
    if (video.seeking) throw new Error('this browser cannot seek to it in the video');
  }

  /** Only a video moves by itself; of pictures the clock of the comparison shows one after the other. */
  async play() {
    if (!this.plays) return;
    this.moving = true;
    this.wanted++;
    this.still.hidden = true;
    await this.video.play();
  }

  pause() {
    this.video.pause();
    this.video.playbackRate = 1;
  }

  /** Brings the next pictures of a list near. */
  async prefetch(from, howMany) {
    const { source } = this;
    if (source?.kind !== 'frames') return;
    for (let k = from; k < Math.min(from + howMany, source.count); k++) this.picture(source.at(k)).catch(() => {});
  }

  picture(address) {
    const loading = this.pictures.get(address) ?? load(address);
    loading.catch(() => this.pictures.delete(address));
    this.pictures.delete(address);
    this.pictures.set(address, loading);
    if (this.pictures.size > MOST_PICTURES) this.pictures.delete(this.pictures.keys().next().value);
    return loading;
  }
}

/** Once more with a new ticket if it fails. */
async function load(address) {
  try {
    return await decoded(address);
  } catch (e) {
    if (!renewTicket()) throw e;
    return decoded(address);
  }
}

async function decoded(address) {
  const image = new Image();
  image.src = await showable(address);
  await image.decode();
  return image;
}

function later(millis) {
  return new Promise((resolve) => setTimeout(resolve, millis));
}

function once(target, event) {
  return new Promise((resolve) => target.addEventListener(event, resolve, { once: true }));
}
