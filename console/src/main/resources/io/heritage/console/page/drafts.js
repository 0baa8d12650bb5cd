// What is being prepared on the pages Restore and Interpolate; it outlives a change of page, not of the tab.
import { ask, currentKey, get, onKey, serves, url } from './api.js';
import { state } from './live.js';
import { initialValues, slotsOf, valuesOf } from './fields.js';
import { sentInputs } from './viewer.js';

const LARGEST_FETCHED = 500_000_000;

/**
 * A file in a slot: of this machine, or one that the server fetches.
 *
 * @typedef {{field: string, file: File | null, name: string, type: string, size: number, address: string, url: string}} Chosen
 */

/** @type {Map<string, {values: object, chosen: Chosen[], endpoint: string}>} by kind */
const drafts = new Map();

// Whoever forgets the key leaves nothing behind; another key goes on with what is prepared.
onKey(() => {
  if (currentKey()) return;
  drafts.forEach(({ chosen }) => chosen.forEach(({ address }) => address && URL.revokeObjectURL(address)));
  drafts.clear();
});

export function draftOf(kind) {
  if (!drafts.has(kind)) drafts.set(kind, { values: initialValues(kind), chosen: [], endpoint: '' });
  return drafts.get(kind);
}

export const keepDraft = (kind, draft) => drafts.set(kind, draft);

/** @returns {Chosen} */
export function chosenFile(field, file) {
  return { field, file, name: file.name, type: file.type, size: file.size, address: URL.createObjectURL(file), url: '' };
}

/** @returns {Chosen} */
export function chosenUrl(field, address) {
  return { field, file: null, name: address, type: '', size: 0, address: '', url: address };
}

/** Opens the form with the settings of a job, and its files where they can still be had. */
export async function editAsNew(endpoint, details) {
  const kind = state.endpoints.find(({ id }) => id === endpoint).kind;
  drafts.set(kind, { values: valuesOf(kind, details.input), chosen: await filesOf(kind, endpoint, details), endpoint });
  location.hash = `#/${kind}`;
}

/** None where they cannot be had any more. */
async function filesOf(kind, endpoint, details) {
  const mine = sentInputs(details.id);
  if (mine) return mine.map((chosen) => ({ ...chosen }));
  if (!serves('input')) return [];
  const path = `input/${encodeURIComponent(details.id)}`;
  try {
    const { inputs } = await get(url(endpoint, path));
    const slots = slotsOf(kind).slice(0, inputs.length);
    return await Promise.all(slots.map((slot, i) => fetchedFile(slot.field, inputs[i], url(endpoint, `${path}/${inputs[i].index}`))));
  } catch {
    return [];
  }
}

async function fetchedFile(field, facts, address) {
  if (facts.size > LARGEST_FETCHED) throw new Error('too large to be fetched again');
  const response = await ask(address, { limit: 0 });
  return chosenFile(field, new File([await response.blob()], facts.filename, { type: facts.type }));
}
