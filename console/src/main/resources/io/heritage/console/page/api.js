// Calls of the gateway. The key is kept in memory, and in this tab's sessionStorage if the user says so.
import { useEffect, useState } from './ui.js';

const meta = (name) => document.querySelector(`meta[name="heritage-${name}"]`)?.content ?? '';
const STORED = 'heritage-key';
const TICKET_MILLIS = 8 * 60_000;

export const base = new URL('.' + meta('base'), document.baseURI).href.replace(/\/$/, '');
export const libraries = meta('libraries');
export const files = new URL(meta('files'), document.baseURI).href;

let key = sessionStorage.getItem(STORED) ?? '';
const keyListeners = new Set();

export const currentKey = () => key;

export function setKey(value, keep) {
  key = value.trim();
  ticket = null;
  if (keep && key) sessionStorage.setItem(STORED, key);
  else sessionStorage.removeItem(STORED);
  keyListeners.forEach((listener) => listener());
}

export function onKey(listener) {
  keyListeners.add(listener);
  return () => keyListeners.delete(listener);
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

/**
 * @returns {Promise<Response>} of any status below 400
 * @throws {ApiError} status 0 if nobody answered
 */
export async function ask(address, { method = 'GET', body, headers, signal } = {}) {
  let response;
  try {
    response = await fetch(address, { method, body, headers: authorized(headers), signal, cache: 'no-store' });
  } catch (e) {
    if (e.name === 'AbortError') throw e;
    throw new ApiError(0, 'The server does not answer. It may be starting again; this page keeps trying.');
  }
  if (!response.ok) throw new ApiError(response.status, await reason(response));
  return response;
}

async function reason(response) {
  const text = await response.text();
  try {
    return JSON.parse(text).error ?? text;
  } catch {
    return text || `HTTP ${response.status}`;
  }
}

export const get = async (address, options) => (await ask(address, options)).json();

export const post = (address, value, headers) =>
  get(address, {
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

export const serves = (operation) => operations.has(operation);

export async function loadList() {
  const answer = await get(new URL('console/endpoints.json', document.baseURI).href);
  operations = new Set(answer.operations);
  return answer.endpoints;
}

let description = null;

export async function loadDescription() {
  description ??= await get(new URL('openapi.json', document.baseURI).href);
  return description;
}

/** Pictures and videos cannot send a key: a cookie lets them in for some minutes, where the server gives one. */
let ticket = null;

async function mayShow() {
  if (!key) return true;
  if (!ticket || Date.now() - ticket.at > TICKET_MILLIS) {
    const promise = ask(new URL('console/ticket', document.baseURI).href, { method: 'POST' }).then(
      () => true,
      () => false,
    );
    ticket = { at: Date.now(), promise };
  }
  return ticket.promise;
}

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
      ask(address).then(async (response) => URL.createObjectURL(await response.blob())),
    );
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
