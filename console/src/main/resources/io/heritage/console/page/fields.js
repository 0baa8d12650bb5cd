// The form of each kind of job, made from the schema of its `input` that the server serves: a field that is new there
// needs no change here. Only what differs from the server's default is sent.
import { schemas } from './api.js';

/**
 * @typedef {object} Field
 * @property {string} name in `input`; its label
 * @property {'choice' | 'integer' | 'number' | 'text'} type
 * @property {unknown} initial the server's default; empty if it has none
 * @property {unknown} preferred what a new form has
 * @property {[value: unknown, label: string][]} [choices]
 * @property {boolean} advanced folded away
 * @property {string} engine the only one that reads it; empty for all
 * @property {string} media `video` where it means nothing for pictures
 * @property {unknown} [trial] what makes a job small
 */

/** Where a page wants something else than a program does. */
const PREFERRED = { interpolate: { output: 'mp4' } };

const known = new Map();

/** @returns {Field[]} */
export function fieldsOf(kind) {
  return made(kind).fields;
}

/** Places for files, in their order. */
export function slotsOf(kind) {
  return made(kind).slots;
}

function made(kind) {
  const schema = schemas()[kind];
  if (known.get(kind)?.schema !== schema) {
    const all = Object.entries(schema.properties);
    known.set(kind, {
      schema,
      slots: all.filter(([, property]) => property['x-media']).map(slot),
      fields: all.filter(([, property]) => !property['x-media']).map(field(kind)),
    });
  }
  return known.get(kind);
}

const slot = ([name, property]) => ({
  field: name, label: property.title ?? name, accept: property['x-media'], many: property['x-many'] === true, optionalWith: property['x-optional-with'] ?? '',
});

const field = (kind) => ([name, property]) => {
  const initial = property.default ?? '';
  return {
    name,
    label: property.title ?? name,
    type: typeOf(property),
    initial,
    preferred: PREFERRED[kind]?.[name] ?? initial,
    choices: choicesOf(property),
    min: property.minimum,
    max: property.maximum,
    longest: property.maxLength,
    help: property.description ?? '',
    advanced: property['x-advanced'] === true,
    engine: property['x-engine'] ?? '',
    media: property['x-for'] ?? '',
    trial: property['x-trial'],
  };
};

function typeOf(property) {
  if (choicesOf(property)) return 'choice';
  return ['integer', 'number'].includes(property.type) ? property.type : 'text';
}

function choicesOf(property) {
  let choices = null;
  if (property.oneOf) choices = property.oneOf.map((choice) => [choice.const, choice.title ?? String(choice.const)]);
  else if (property.enum) choices = property.enum.map((value) => [value, String(value)]);
  else if (property.type === 'boolean') choices = [[false, 'no'], [true, 'yes']];
  if (choices && property.default === undefined) choices.unshift(['', property['x-absent'] ?? 'server default']);
  return choices;
}

export const initialValues = (kind) => Object.fromEntries(fieldsOf(kind).map((f) => [f.name, f.preferred]));

/** @returns {string} what is wrong with a value; empty if nothing is */
export function problemOf(f, value) {
  if (f.type !== 'integer' && f.type !== 'number') return '';
  if (value === '' && f.initial === '') return '';
  const n = Number(value);
  if (value === '' || !Number.isFinite(n)) return 'A number is expected.';
  if (f.type === 'integer' && !/^-?\d+$/.test(String(value))) return 'A whole number is expected.';
  if ((f.min != null && n < f.min) || (f.max != null && n > f.max)) {
    return f.max == null ? `At least ${f.min}.` : `${f.min} to ${f.max}.`;
  }
  return '';
}

/** What makes a job of this kind small; null if nothing does. */
export function trialOf(kind) {
  const small = fieldsOf(kind).filter((f) => f.trial !== undefined);
  return small.length ? Object.fromEntries(small.map((f) => [f.name, f.trial])) : null;
}

/**
 * `input` without its media.
 *
 * @param {Field[]} fields that apply
 */
export function inputOf(kind, values, fields = fieldsOf(kind)) {
  const input = {};
  for (const f of fields) {
    const value = values[f.name];
    if (value === undefined || value === '' || String(value) === String(f.initial)) continue;
    // A seed may have 64 bits, which a number of JavaScript has not: it goes as text.
    const isNumber = (f.type === 'integer' || f.type === 'number') && Math.abs(Number(value)) <= Number.MAX_SAFE_INTEGER;
    input[f.name] = isNumber ? Number(value) : value;
  }
  return input;
}

/** The form of an `input` that was sent once. */
export function valuesOf(kind, input) {
  const values = Object.fromEntries(fieldsOf(kind).map((f) => [f.name, f.initial]));
  for (const f of fieldsOf(kind)) {
    if (input?.[f.name] != null) values[f.name] = input[f.name];
  }
  return values;
}
