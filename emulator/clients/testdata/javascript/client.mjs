// Does a list of S3 calls with the AWS SDK for JavaScript v3: a plan as JSON on
// stdin, a report on stdout; plan_test.go says what the fields mean. The SDK is
// found in the folder that the first argument names, under the name that the second
// one may give. A plan {"plans": [...]} is several at the same time, each with a client of
// its own, and the report is a list of theirs.
import { createReadStream, readFileSync, writeFileSync } from "node:fs";
import { open, stat } from "node:fs/promises";
import { createRequire } from "node:module";

const installed = createRequire(`${process.argv[2]}/`);
const sdk = installed(process.argv[3] ?? "@aws-sdk/client-s3");
const { getSignedUrl } = installed("@aws-sdk/s3-request-presigner");

const partSize = 5 * 1024 * 1024;

function connect(target) {
  return new sdk.S3Client({
    endpoint: target.endpoint,
    region: target.region,
    forcePathStyle: true,
    requestHandler: target.patience && {
      requestTimeout: target.patience * 1000, socketTimeout: target.patience * 1000, throwOnRequestTimeout: true,
    },
    credentials: {
      accessKeyId: target.access_key_id,
      secretAccessKey: target.secret_access_key,
      sessionToken: target.session_token,
    },
  });
}

async function uploadParts(s3, at, file) {
  const size = (await stat(file)).size;
  const from = await open(file);
  const parts = [];
  try {
    for (let number = 1, offset = 0; offset < size; number++, offset += partSize) {
      const part = Buffer.alloc(Math.min(partSize, size - offset));
      await from.read(part, 0, part.length, offset);
      const sent = await s3.send(new sdk.UploadPartCommand({ ...at, PartNumber: number, Body: part }));
      parts.push({ PartNumber: number, ETag: sent.ETag });
    }
  } finally {
    await from.close();
  }
  return parts;
}

async function get(s3, { bucket, key, file }) {
  const answer = await s3.send(new sdk.GetObjectCommand({ Bucket: bucket, Key: key }));
  writeFileSync(file, await answer.Body.transformToByteArray());
}

const calls = {
  create: (s3, { bucket }) => s3.send(new sdk.CreateBucketCommand({ Bucket: bucket })),
  put: (s3, { bucket, key, file, acl }) =>
    s3.send(new sdk.PutObjectCommand({ Bucket: bucket, Key: key, Body: readFileSync(file), ACL: acl })),
  new: (s3, { bucket, key, file }) =>
    s3.send(new sdk.PutObjectCommand({ Bucket: bucket, Key: key, Body: readFileSync(file), IfNoneMatch: "*" })),
  several: async (s3, { bucket, keys }) => {
    const Objects = keys.map((Key) => ({ Key }));
    const answer = await s3.send(new sdk.DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects } }));
    return { keys: (answer.Errors ?? []).map((error) => error.Key) };
  },
  stream: async (s3, { bucket, key, file }) =>
    s3.send(
      new sdk.PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: createReadStream(file),
        ContentLength: (await stat(file)).size,
      }),
    ),
  get,
  download: get,
  head: (s3, { bucket, key }) => s3.send(new sdk.HeadObjectCommand({ Bucket: bucket, Key: key })),
  list: async (s3, { bucket }) => {
    const keys = [];
    for await (const page of sdk.paginateListObjectsV2({ client: s3 }, { Bucket: bucket })) {
      keys.push(...(page.Contents ?? []).map((object) => object.Key));
    }
    return { keys };
  },
  copy: (s3, { bucket, key, source }) =>
    s3.send(
      new sdk.CopyObjectCommand({ Bucket: bucket, Key: key, CopySource: encodeURIComponent(`${bucket}/${source}`) }),
    ),
  delete: (s3, { bucket, key }) => s3.send(new sdk.DeleteObjectCommand({ Bucket: bucket, Key: key })),
  upload: async (s3, { bucket, key, file }) => {
    const place = { Bucket: bucket, Key: key };
    const { UploadId } = await s3.send(new sdk.CreateMultipartUploadCommand(place));
    const Parts = await uploadParts(s3, { ...place, UploadId }, file);
    await s3.send(new sdk.CompleteMultipartUploadCommand({ ...place, UploadId, MultipartUpload: { Parts } }));
  },
  tell: async (_, { url, body }) => {
    const answer = await fetch(url, { method: "PUT", body, headers: { "Content-Type": "application/json" } });
    if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  },
  presign: async (s3, { bucket, key, method, expires }) => {
    const command = { get_object: sdk.GetObjectCommand, put_object: sdk.PutObjectCommand }[method];
    return { url: await getSignedUrl(s3, new command({ Bucket: bucket, Key: key }), { expiresIn: expires }) };
  },
};

async function attempt(s3, step) {
  try {
    const answer = await calls[step.do](s3, step);
    return { keys: answer?.keys, url: answer?.url };
  } catch (refused) {
    if (!refused.$metadata?.httpStatusCode) return { error: refused.code ?? `${refused.name}: ${refused.message}` };
    return { status: refused.$metadata.httpStatusCode, code: refused.name, message: refused.message };
  }
}

async function follow({ target, steps }) {
  const s3 = connect(target);
  const report = [];
  for (const step of steps) report.push(await attempt(s3, step));
  return report;
}

const plan = JSON.parse(readFileSync(0, "utf8"));
const report = plan.plans ? await Promise.all(plan.plans.map(follow)) : await follow(plan);
process.stdout.write(JSON.stringify(report));
