// The present form as a program. conformance/console runs each of these as it is shown.
import { base } from './api.js';

/** @typedef {{kind: string, endpoint: string, input: object, files: {field: string, name: string, url: string}[], needsKey: boolean}} Request */

const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;
const word = (value) => (/^[\w.]+$/.test(String(value)) ? String(value) : quoted(String(value)));
const video = (format) => (format === 'webm' ? 'result.webm' : 'result.mp4');
/** A value that is none of the choices, as a job of somebody else may have, never becomes part of a name. */
const result = (request) => {
  if (request.kind === 'interpolate') return ['mp4', 'webm'].includes(request.input.output) ? video(request.input.output) : 'result.zip';
  return /\.(mp4|mov|mkv|webm|avi|mpe?g|m4v)$/i.test(request.files[0]?.name ?? '') ? video(request.input.format) : 'result.png';
};
const part = (request) => (result(request) === 'result.zip' ? 'zip' : '0');
const variable = (field) => field.replace(/_(image|base64)/g, '').replace(/_image.*$/, '') || 'media';

function curl(request) {
  const key = request.needsKey ? ` -H "Authorization: Bearer $HERITAGE_API_KEY"` : '';
  const lines = [`BASE=${base}/${request.endpoint}`];
  const names = request.files.map((file) => {
    const name = variable(file.field).toUpperCase();
    lines.push(file.url ? `${name}=${quoted(file.url)}` : `${name}=$(curl -fsS${key} -T ${quoted(file.name)} "$BASE/media" | jq -r .media_ref)`);
    return [file.field, name];
  });
  const args = names.map(([, name]) => ` --arg ${name} "$${name}"`).join('');
  const media = names.map(([field, name]) => `${field}: $${name}`).join(', ');
  lines.push(
    `ID=$(jq -n${args} ${quoted(`{input: (${JSON.stringify(request.input)} + {${media}}), policy: {reply: "links"}}`)} |`,
    `  curl -fsS${key} -T - -X POST "$BASE/run" | jq -r .id)`,
    `curl -fsS${key} "$BASE/status-sync/$ID?wait=300000" | jq -e 'if .status == "COMPLETED" then .status else error(.error // .status) end'`,
    `curl -fsS${key} "$BASE/output/$ID/${part(request)}" -o ${result(request)}`,
  );
  return lines.join('\n') + '\n';
}

function python(request) {
  const literal = (value) => (typeof value === 'boolean' ? (value ? 'True' : 'False') : JSON.stringify(value));
  const media = request.files.map((file) => `    "${file.field}": ${file.url ? JSON.stringify(file.url) : `upload(${JSON.stringify(file.name)})`},\n`).join('');
  const fields = Object.entries(request.input).map(([name, value]) => `    "${name}": ${literal(value)},\n`).join('');
  const upload = request.files.some((file) => !file.url)
    ? `

def upload(name):
    with open(name, "rb") as file:
        return json.load(call("media", file.read(), "PUT"))["media_ref"]
`
    : '';
  return `# pip install runpod
import json, os, urllib.request
import runpod

BASE = "${base}"
runpod.api_key = os.environ.get("HERITAGE_API_KEY", "any")
runpod.endpoint_url_base = BASE


def call(path, body=None, method="GET"):
    headers = {"Authorization": f"Bearer {runpod.api_key}"}
    return urllib.request.urlopen(urllib.request.Request(f"{BASE}/${request.endpoint}/{path}", body, headers, method=method))

${upload}
job = runpod.Endpoint("${request.endpoint}").run({"input": {
${media}${fields}}, "policy": {"reply": "links"}})
while job.status() in ("IN_QUEUE", "IN_PROGRESS"):
    call(f"status-sync/{job.job_id}").read()  # answers when it ends, after 90 s at the latest
if job.status() != "COMPLETED":
    raise SystemExit(f"{job.status()}: {json.load(call(f'status/{job.job_id}')).get('error')}")
with open("${result(request)}", "wb") as file:
    file.write(call(f"output/{job.job_id}/${part(request)}").read())
`;
}

function javascript(request) {
  const media = request.files.map((file) => `  ${file.field}: ${file.url ? JSON.stringify(file.url) : `await upload(${JSON.stringify(file.name)})`},\n`).join('');
  const fields = Object.entries(request.input).map(([name, value]) => `  ${name}: ${JSON.stringify(value)},\n`).join('');
  const upload = request.files.some((file) => !file.url)
    ? `
async function upload(name) {
  return (await (await call('media', { method: 'PUT', body: await readFile(name) })).json()).media_ref;
}
`
    : '';
  return `// npm install runpod-sdk; save as run.mjs
import { ${upload ? 'readFile, ' : ''}writeFile } from 'node:fs/promises';
import runpodSdk from 'runpod-sdk';

const base = '${base}';
const key = process.env.HERITAGE_API_KEY ?? 'any';

async function call(path, options = {}) {
  const response = await fetch(\`\${base}/${request.endpoint}/\${path}\`, { ...options, headers: { Authorization: \`Bearer \${key}\` } });
  if (!response.ok) throw new Error(await response.text());
  return response;
}
${upload}
const endpoint = runpodSdk(key, { baseUrl: base }).endpoint('${request.endpoint}');
const input = {
${media}${fields}};
const { id } = await endpoint.run({ input, policy: { reply: 'links' } });
let job = await endpoint.status(id);
while (job.status === 'IN_QUEUE' || job.status === 'IN_PROGRESS') {
  job = await (await call(\`status-sync/\${id}\`)).json();
}
if (job.status !== 'COMPLETED') throw new Error(\`\${job.status}: \${job.error}\`);
await writeFile('${result(request)}', Buffer.from(await (await call(\`output/\${id}/${part(request)}\`)).arrayBuffer()));
`;
}

function go(request) {
  const media = request.files.map((file) => `\t\t"${file.field}": ${file.url ? JSON.stringify(file.url) : `upload(${JSON.stringify(file.name)})`},\n`).join('');
  const fields = Object.entries(request.input).map(([name, value]) => `\t\t"${name}": ${JSON.stringify(value)},\n`).join('');
  const uploads = request.files.some((file) => !file.url);
  const upload = uploads
    ? `
func upload(name string) string {
	file, err := os.Open(name)
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	var stored struct {
		Ref string \`json:"media_ref"\`
	}
	decode(call("PUT", "media", file), &stored)
	return stored.Ref
}
`
    : '';
  return `package main

import (
	"bytes"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"os"
)

const base = "${base}/${request.endpoint}/"

func call(method, path string, body io.Reader) io.ReadCloser {
	request, err := http.NewRequest(method, base+path, body)
	if err != nil {
		log.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+os.Getenv("HERITAGE_API_KEY"))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		log.Fatal(err)
	}
	if response.StatusCode >= 400 {
		text, _ := io.ReadAll(response.Body)
		log.Fatalf("%s %s: %s", method, path, text)
	}
	return response.Body
}

func decode(body io.ReadCloser, into any) {
	defer body.Close()
	if err := json.NewDecoder(body).Decode(into); err != nil {
		log.Fatal(err)
	}
}
${upload}
func main() {
	body, err := json.Marshal(map[string]any{"input": map[string]any{
${media}${fields}	}, "policy": map[string]any{"reply": "links"}})
	if err != nil {
		log.Fatal(err)
	}
	var job struct{ ID, Status, Error string }
	decode(call("POST", "run", bytes.NewReader(body)), &job)
	for job.Status == "IN_QUEUE" || job.Status == "IN_PROGRESS" {
		decode(call("GET", "status-sync/"+job.ID, nil), &job)
	}
	if job.Status != "COMPLETED" {
		log.Fatalf("%s: %s", job.Status, job.Error)
	}
	result := call("GET", "output/"+job.ID+"/${part(request)}", nil)
	defer result.Close()
	file, err := os.Create("${result(request)}")
	if err != nil {
		log.Fatal(err)
	}
	if _, err := io.Copy(file, result); err != nil {
		log.Fatal(err)
	}
	if err := file.Close(); err != nil {
		log.Fatal(err)
	}
}
`;
}

const FLAGS = {
  positive_prompt: 'prompt', negative_prompt: 'negative-prompt', steps: 'steps', seed: 'seed', resolution: 'resolution', frame_length: 'frame-length', interpolation: 'interpolation',
  fit: 'fit', colour_fix: 'colour-fix', precision: 'precision', deinterlace: 'deinterlace', sample_steps: 'steps', cfg_scale: 'cfg-scale', cfg_rescale: 'cfg-rescale', format: 'format', crf: 'crf', bit_depth: 'bit-depth',
};

function heritage(request) {
  const { input } = request;
  const address = request.kind === request.endpoint ? base.replace(/\/v2$/, '') : `${base}/${request.endpoint}`;
  const files = request.files.map((file) => quoted(file.name)).join(' ');
  const output = part(request) === 'zip' ? 'result' : result(request);
  const lines = [`./heritage ${request.kind} ${files} -o ${output}`, `--url ${address}`];
  if (input.res_w || input.res_h) lines.push(`--size ${word(`${input.res_w ?? 720}x${input.res_h ?? 1280}`)}`);
  const isSharp = input.model_variant === 'sharp'; // one model has it
  if (input.model_type || isSharp) lines.push(`--model ${word((input.model_type ?? 'seedvr2_7b') + (isSharp ? '_sharp' : ''))}`);
  for (const [name, value] of Object.entries(input)) {
    if (FLAGS[name] && !(name === 'frame_length')) lines.push(`--${FLAGS[name]} ${word(value)}`);
  }
  if (request.kind === 'interpolate') lines.push(`--frame-length ${word(input.frame_length ?? 65)}`);
  return lines.join(' \\\n  ') + '\n';
}

/** Name, file name and text of each. */
export function snippets(request) {
  const all = [
    ['curl', 'run.sh', curl(request)],
    ['Python', 'run.py', python(request)],
    ['JavaScript', 'run.mjs', javascript(request)],
    ['Go', 'run.go', go(request)],
  ];
  if (request.files.every((file) => !file.url)) all.push(['heritage', 'heritage.sh', heritage(request)]);
  return all;
}
