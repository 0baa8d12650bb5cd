// Calls of the gateway. The key is kept in memory, and in this tab's sessionStorage if the user says so.
import { useEffect, useState } from './ui.js';

const meta = (name) => document.querySelector(`meta[name="heritage-${name}"]`)?.content ?? '';
const STORED = 'heritage-key';
const TICKET_MILLIS = 8 * 60_000;
const TICKET_CHECK_MILLIS = 60_000;
const NEW_TICKET_MILLIS = 5_000; // media that fail together ask for one new ticket
const LIMIT_MILLIS = 40_000;

export const base = new URL('.' + meta('base'), document.baseURI).href.replace(/\/$/, '');
export const libraries = meta('libraries');
export const files = new URL(meta('files'), document.baseURI).href;

let key = sessionStorage.getItem(STORED) ?? '';
let calls = new AbortController();
const keyListeners = new Set();

export const currentKey = () => key;

export function setKey(value, keep) {
  if (key) endTicket();
  key = value.trim();
  // No answer to one key is shown with another.
  calls.abort();
  calls = new AbortController();
  ticket = null;
  [...kept.keys()].forEach(forget);
  if (keep && key) sessionStorage.setItem(STORED, key);
  else sessionStorage.removeItem(STORED);
  keyListeners.forEach((listener) => listener());
}

export function onKey(listener) {
  keyListeners.add(listener);
  return () => keyListeners.delete(listener);
}

const refusedListeners = new Set();

/** `listener` hears when the server no longer takes the present key. */
export function onRefused(listener) {
  refusedListeners.add(listener);
}

/** @param {string} usedKey the key that was sent; it may have been replaced meanwhile */
export function noteStatus(status, usedKey) {
  if (status === 401 && usedKey === key) refusedListeners.forEach((listener) => listener());
}

export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export const url = (endpoint, rest) => `${base}/${encodeURIComponent(endpoint)}/${rest}`;

export function authorized(headers = {}) {
  return key ? { ...headers, Authorization: `Bearer ${key}` } : headers;
}

/** Whether the same question may be answered a little later. */
export const isPassing = (error) => [0, 429, 503].includes(error.status);

/**
 * @param {{limit?: number}} options `limit` in ms until the whole answer is read; 0: none, for files
 * @returns {Promise<Response>} of any status below 400
 * @throws {ApiError} status 0 if nobody answered in time
 */
export async function ask(address, { method = 'GET', body, headers, signal, limit = LIMIT_MILLIS } = {}) {
  const usedKey = key;
  const signals = [calls.signal, signal, limit && AbortSignal.timeout(limit)].filter(Boolean);
  const response = await answered(fetch(address, { method, body, headers: authorized(headers), signal: AbortSignal.any(signals), cache: 'no-store' }));
  if (!response.ok) {
    noteStatus(response.status, usedKey);
    throw new ApiError(response.status, await answered(reason(response)));
  }
  return response;
}

async function answered(promise) {
  try {
    return await promise;
  } catch (e) {
    if (e.name === 'AbortError') throw e;
    throw new ApiError(0, 'The server does not answer. It may be restarting; this page keeps trying.');
  }
}

async function reason(response) {
  const text = await response.text();
  try {
    return JSON.parse(text).error ?? text;
  } catch {
    return text || `HTTP ${response.status}`;
  }
}

export async function get(address, options) {
  const response = await ask(address, options);
  return answered(response.json());
}

export const post = (address, value, headers, options) =>
  get(address, {
    ...options,
    method: 'POST',
    body: value === undefined ? undefined : JSON.stringify(value),
    headers: { 'Content-Type': 'application/json', ...headers },
  });

/** The answer, or `otherwise` where this server does not have the operation. */
export async function getIfThere(address, otherwise = null, options) {
  try {
    return await get(address, options);
  } catch (e) {
    if (e.status === 404 || e.status === 405 || e.status === 403) return otherwise;
    throw e;
  }
}

/** Names of the operations that this server has and the key may call; a page asks for no other. */
let operations = new Set();

let inputs = {};

/** Of `input`, by kind of endpoint; known once the list is loaded. */
export const schemas = () => inputs;

export const serves = (operation) => operations.has(operation);

export async function loadList() {
  const answer = await get(new URL('console/endpoints.json', document.baseURI).href);
  operations = new Set(answer.operations);
  inputs = answer.inputs;
  return answer.endpoints;
}

let description = null;

export async function loadDescription() {
  description ??= await get(new URL('openapi.json', document.baseURI).href);
  return description;
}

/** Pictures and videos cannot send a key: a cookie lets them in for some minutes, where the server gives one. */
let ticket = null;

/** The cookie is out of the page's reach; only the server can have the browser drop it. */
let ended = Promise.resolve();

function endTicket() {
  const address = new URL('console/ticket', document.baseURI).href;
  ended = fetch(address, { method: 'DELETE', keepalive: true, signal: AbortSignal.timeout(LIMIT_MILLIS) }).catch(() => {}); // it ends by itself
}

async function mayShow() {
  if (!key) return true;
  if (!ticket || Date.now() - ticket.at > TICKET_MILLIS) {
    const asked = { at: Date.now() };
    asked.promise = ended.then(() => ask(new URL('console/ticket', document.baseURI).href, { method: 'POST' })).then(
      () => true,
      (e) => {
        if (isPassing(e) && ticket === asked) ticket = null;
        return false;
      },
    );
    ticket = asked;
  }
  return ticket.promise;
}

/**
 * After media failed to load, or the server was away: a server that was restarted does not know its old tickets.
 *
 * @returns {boolean} whether a second try may succeed
 */
export function renewTicket() {
  if (!ticket) return false;
  if (Date.now() - ticket.at > NEW_TICKET_MILLIS) {
    ticket = null;
    mayShow();
  }
  return true;
}

/** A video that is looked at for long asks for more of its bytes after the first ticket has ended. */
function keepTicket() {
  if (ticket && !document.hidden) mayShow();
}
setInterval(keepTicket, TICKET_CHECK_MILLIS);
addEventListener('visibilitychange', keepTicket);

const kept = new Map();
const MOST_KEPT = 300;

/**
 * An address that an element can load. Without a ticket the bytes are fetched with the key.
 *
 * @throws {ApiError}
 */
export async function showable(address) {
  if (address.startsWith('blob:') || (await mayShow())) return address;
  if (!kept.has(address)) {
    kept.set(
      address,
      ask(address, { limit: 0 }).then(async (response) => URL.createObjectURL(await response.blob())),
    );
    kept.get(address).catch(() => kept.delete(address));
    if (kept.size > MOST_KEPT) forget(kept.keys().next().value);
  }
  return kept.get(address);
}

function forget(address) {
  const oldest = kept.get(address);
  kept.delete(address);
  oldest.then(URL.revokeObjectURL, () => {});
}

/** Starts a download of the browser's own, with the name that the server gives. */
export async function download(address, name) {
  const link = document.createElement('a');
  link.href = await showable(address);
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
}

/** What `load` gives, or its error; loaded again when an input changes. */
export function useLoaded(load, inputs) {
  const [state, setState] = useState({ value: undefined, error: null });
  useEffect(() => {
    let gone = false;
    const abort = new AbortController();
    load(abort.signal).then(
      (value) => gone || setState({ value, error: null }),
      (error) => gone || error.name === 'AbortError' || setState((old) => ({ value: old.value, error })),
    );
    return () => {
      gone = true;
      abort.abort();
    };
  }, inputs);
  return state;
}
