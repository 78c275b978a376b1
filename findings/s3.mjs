// A small S3 in memory that answers as AWS documents it, for the clients of these findings. It checks no signature.
//   SEED           the keys it starts with, as a JSON list, or how many of them
//   DENY           requests for a key that holds this text are 403 AccessDenied
//   FAIL_PART      UploadPart answers 503 SlowDown
//   FAIL_COMPLETE  CompleteMultipartUpload answers 200 with an InternalError in its body
// GET /_keys and /_log (no bucket can have such names) tell what is stored and what was asked.
import http from 'node:http';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';

const { SEED = '[]', DENY, FAIL_PART, FAIL_COMPLETE } = process.env;
const objects = new Map(), tags = new Map(), uploads = new Map(), log = [];
let begun = 0;
const etag = (body) => `"${createHash('md5').update(body).digest('hex')}"`;
const store = (key, body, tag = etag(body)) => objects.set(key, { body, tag });
const seed = JSON.parse(SEED);
const numbered = (i) => `k${String(i).padStart(5, '0')}`;
const keys = Array.isArray(seed) ? seed : Array.from({ length: seed }, (_, i) => numbered(i));
for (const key of keys) store(key, Buffer.from('hello'));

const escape = (text) => text.replace(/[<>&"]/g, (c) => `&#${c.charCodeAt(0)};`);
const element = (name, content) => `<${name}>${content}</${name}>`;
const elements = (fields) =>
  Object.entries(fields).map(([name, text]) => element(name, escape(String(text)))).join('');

function answer(res, status, headers = {}, body = '') {
  const always = { 'x-amz-request-id': 'EXAMPLE123456789', 'Content-Length': Buffer.byteLength(body) };
  res.writeHead(status, { ...always, ...headers });
  res.end(res.req.method === 'HEAD' ? undefined : body);
}
function xml(res, root, content, status = 200) {
  const space = root === 'Error' ? '' : ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${space}>${content}</${root}>`;
  answer(res, status, { 'Content-Type': 'application/xml' }, body);
}
function refuse(res, status, Code, Message) {
  xml(res, 'Error', elements({ Code, Message, RequestId: 'EXAMPLE123456789', HostId: 'EXAMPLE' }), status);
}

// One page of ListObjects or ListObjectsV2: at most 1,000 entries, whatever max-keys asks for.
function list(res, bucket, query) {
  const v2 = query.get('list-type') === '2';
  const prefix = query.get('prefix') ?? '', delimiter = query.get('delimiter') ?? '';
  const max = Math.min(Number(query.get('max-keys') ?? 1000), 1000);
  const token = query.get('continuation-token');
  const after = v2 ? (token ? atob(token) : query.get('start-after') ?? '') : query.get('marker') ?? '';
  const names = new Map();
  for (const key of [...objects.keys()].sort()) {
    const end = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
    const name = end < 0 ? key : key.slice(0, end + delimiter.length);
    if (key.startsWith(prefix) && name > after) names.set(name, end < 0);
  }
  const page = [...names].slice(0, max), last = page.at(-1)?.[0], more = names.size > page.length;
  const inUrl = query.get('encoding-type') === 'url';
  const shown = (name) => (inUrl ? encodeURIComponent(name).replaceAll('%2F', '/') : name);
  let out = elements({ Name: bucket, Prefix: shown(prefix), MaxKeys: max, IsTruncated: more });
  if (inUrl) out += elements({ EncodingType: 'url' });
  out += v2 ? elements({ KeyCount: page.length }) : elements({ Marker: shown(after) });
  if (more && v2) out += elements({ NextContinuationToken: btoa(last) });
  if (more && !v2 && delimiter) out += elements({ NextMarker: shown(last) });
  for (const [name, isKey] of page) {
    out += isKey ? contents(name, shown(name)) : element('CommonPrefixes', elements({ Prefix: shown(name) }));
  }
  xml(res, 'ListBucketResult', out);
}
function contents(key, Key) {
  const { body, tag } = objects.get(key);
  const LastModified = '2026-01-02T03:04:05.000Z';
  return element('Contents', elements({ Key, LastModified, ETag: tag, Size: body.length, StorageClass: 'STANDARD' }));
}

function deleteMany(res, body) {
  let out = '';
  for (const [, name] of body.toString().matchAll(/<Key>([^<]*)<\/Key>/g)) {
    const Key = name.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
    const refused = DENY && Key.includes(DENY);
    if (!refused) objects.delete(Key);
    out += refused ? element('Error', elements({ Key, Code: 'AccessDenied', Message: 'Access Denied' }))
      : element('Deleted', elements({ Key }));
  }
  xml(res, 'DeleteResult', out);
}

function multipart(req, res, bucket, key, query, body) {
  const id = query.get('uploadId'), parts = uploads.get(id);
  if (query.has('uploads')) {
    const UploadId = `upload-${begun++}`;
    uploads.set(UploadId, new Map());
    return xml(res, 'InitiateMultipartUploadResult', elements({ Bucket: bucket, Key: key, UploadId }));
  }
  if (!parts) return refuse(res, 404, 'NoSuchUpload', 'The specified upload does not exist.');
  if (req.method === 'PUT' && FAIL_PART) return refuse(res, 503, 'SlowDown', 'Please reduce your request rate.');
  if (req.method === 'PUT') {
    parts.set(Number(query.get('partNumber')), body);
    return answer(res, 200, { ETag: etag(body) });
  }
  if (req.method === 'POST' && FAIL_COMPLETE) {
    return refuse(res, 200, 'InternalError', 'We encountered an internal error. Please try again.');
  }
  uploads.delete(id);
  if (req.method === 'DELETE') return answer(res, 204);
  const bodies = [...parts].sort(([a], [b]) => a - b).map(([, part]) => part);
  const md5s = Buffer.concat(bodies.map((part) => createHash('md5').update(part).digest()));
  store(key, Buffer.concat(bodies), etag(md5s).replace(/"$/, `-${bodies.length}"`));
  xml(res, 'CompleteMultipartUploadResult', elements({ Bucket: bucket, Key: key, ETag: objects.get(key).tag }));
}

function tagging(req, res, key, body) {
  if (req.method === 'PUT') tags.set(key, body);
  answer(res, 200, { 'Content-Type': 'application/xml' }, req.method === 'GET' ? tags.get(key) : '');
}

function object(req, res, key, body) {
  const source = req.headers['x-amz-copy-source'];
  if (req.method === 'PUT' && source) {
    const from = objects.get(decodeURIComponent(source).replace(/^\//, '').split('/').slice(1).join('/'));
    if (!from) return refuse(res, 404, 'NoSuchKey', 'The specified key does not exist.');
    objects.set(key, from);
    return xml(res, 'CopyObjectResult', elements({ LastModified: '2026-01-02T03:04:05.000Z', ETag: from.tag }));
  }
  if (req.method === 'PUT') {
    store(key, body);
    return answer(res, 200, { ETag: etag(body) });
  }
  if (req.method === 'DELETE') {
    objects.delete(key);
    return answer(res, 204);
  }
  const found = objects.get(key);
  if (!found) return refuse(res, 404, 'NoSuchKey', 'The specified key does not exist.');
  const headers = { ETag: found.tag, 'Last-Modified': 'Fri, 02 Jan 2026 03:04:05 GMT', 'Accept-Ranges': 'bytes' };
  answer(res, 200, { ...headers, 'Content-Length': found.body.length }, found.body);
}

function route(req, res, body) {
  const { pathname, searchParams: query } = new URL(req.url, 'http://s3');
  if (pathname === '/_keys') return answer(res, 200, {}, [...objects.keys()].sort().join(' ') + '\n');
  if (pathname === '/_log') return answer(res, 200, {}, log.join('\n') + '\n');
  log.push(`${req.method} ${req.url}`);
  const [bucket, ...rest] = decodeURIComponent(pathname).slice(1).split('/'), key = rest.join('/');
  if (DENY && key.includes(DENY)) return refuse(res, 403, 'AccessDenied', 'Access Denied');
  if (query.has('location')) return xml(res, 'LocationConstraint', '');
  if (key && (query.has('uploads') || query.has('uploadId'))) return multipart(req, res, bucket, key, query, body);
  if (key && query.has('tagging')) return tagging(req, res, key, body);
  if (key) return object(req, res, key, body);
  if (req.method === 'POST' && query.has('delete')) return deleteMany(res, body);
  if (req.method === 'GET') return list(res, bucket, query);
  answer(res, 200);
}

const server = http.createServer((req, res) => {
  const pieces = [];
  req.on('data', (piece) => pieces.push(piece));
  req.on('end', () => route(req, res, Buffer.concat(pieces)));
});
server.listen(0, '127.0.0.1', () => writeFileSync(process.argv[2], String(server.address().port)));
