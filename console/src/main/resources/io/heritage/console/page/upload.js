// Uploads: one PUT per file, with progress, which fetch does not tell.
import { ApiError, authorized, currentKey, noteStatus, url } from './api.js';

/** Two at a time leave connections for the rest of the page. */
const AT_ONCE = 2;
let running = 0;
const waiting = [];

/**
 * @param {File} file
 * @param {(share: number) => void} onProgress 0 to 1
 * @param {AbortSignal} signal
 * @returns {Promise<{media_ref: string, sha256: string, media_type: string, bytes: number}>}
 * @throws {ApiError} status 0 if it broke off
 * @throws {DOMException} AbortError when `signal` is aborted, also while it waits for its turn
 */
export async function upload(endpoint, file, onProgress, signal) {
  signal.throwIfAborted();
  if (running >= AT_ONCE) await new Promise((resolve) => waiting.push(resolve));
  running++;
  try {
    signal.throwIfAborted();
    return await put(endpoint, file, onProgress, signal);
  } finally {
    running--;
    waiting.shift()?.();
  }
}

function put(endpoint, file, onProgress, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const usedKey = currentKey();
    request.open('PUT', url(endpoint, 'media'));
    for (const [name, value] of Object.entries(authorized())) request.setRequestHeader(name, value);
    request.setRequestHeader('Content-Type', file.type || 'application/octet-stream');
    request.upload.onprogress = (e) => e.lengthComputable && onProgress(e.loaded / e.total);
    request.onload = () => {
      noteStatus(request.status, usedKey);
      let answer = {};
      try {
        answer = JSON.parse(request.responseText);
      } catch {
        // an answer of a proxy
      }
      if (request.status < 400 && answer.media_ref) resolve(answer);
      else reject(new ApiError(request.status, answer.error ?? `HTTP ${request.status}`));
    };
    request.onerror = () => reject(new ApiError(0, 'The upload was interrupted.'));
    request.onabort = () => reject(new DOMException('stopped', 'AbortError'));
    signal.addEventListener('abort', () => request.abort());
    request.send(file);
  });
}
