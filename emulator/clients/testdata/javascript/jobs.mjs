// A job of a package: `node jobs.mjs MODULES PROGRAM FILE`. @aws-sdk/lib-storage and minio keep
// the file under a key of odd characters without telling its length, read it back, list, copy,
// and take all away again; @lancedb/lancedb keeps a table. It prints what it has seen, one
// JSON object.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { createRequire } from "node:module";
import { PassThrough } from "node:stream";

const [modules, program, file] = process.argv.slice(2);
const installed = createRequire(`${modules}/`);
const key = "job/a+b c & ü%41.bin";
const { AWS_ENDPOINT_URL: endpoint, AWS_ACCESS_KEY_ID: accessKey, AWS_SECRET_ACCESS_KEY: secretKey } = process.env;
const region = "us-east-1";
const chunk = 5 << 20;

const unknownLength = () => createReadStream(file).pipe(new PassThrough());

async function sum(stream) {
  const hash = createHash("sha256");
  for await (const part of stream) hash.update(part);
  return hash.digest("hex");
}

async function libStorage(bucket) {
  const s3 = installed("@aws-sdk/client-s3");
  const { Upload } = installed("@aws-sdk/lib-storage");
  const client = new s3.S3Client({ endpoint, region, forcePathStyle: true, maxAttempts: 1 });
  const send = (command, input) => client.send(new s3[command]({ Bucket: bucket, ...input }));
  await send("CreateBucketCommand", {});
  let loaded = 0;
  const upload = new Upload({
    client, partSize: chunk, queueSize: 3, params: { Bucket: bucket, Key: key, Body: unknownLength() },
  });
  upload.on("httpUploadProgress", (p) => { loaded = Math.max(loaded, p.loaded); });
  const { ETag } = await upload.done();
  const got = await send("GetObjectCommand", { Key: key });
  const came = await sum(got.Body);
  await send("CopyObjectCommand", { Key: "copy", CopySource: encodeURIComponent(`${bucket}/${key}`) });
  const { Contents } = await send("ListObjectsV2Command", {});
  const keys = Contents.map((o) => o.Key);
  await send("DeleteObjectsCommand", { Delete: { Objects: keys.map((Key) => ({ Key })) } });
  await send("DeleteBucketCommand", {});
  return { etag: ETag, sum: came, loaded, keys };
}

async function minio(bucket) {
  const { Client, CopyConditions } = installed("minio");
  const at = new URL(endpoint);
  const client = new Client({
    endPoint: at.hostname, port: Number(at.port), useSSL: false, region, accessKey, secretKey, partSize: chunk,
  });
  await client.makeBucket(bucket, region);
  const { etag } = await client.putObject(bucket, key, unknownLength());
  const came = await sum(await client.getObject(bucket, key));
  const { size } = await client.statObject(bucket, key);
  await client.copyObject(bucket, "copy", `/${bucket}/${key}`, new CopyConditions());
  const keys = [];
  for await (const o of client.listObjectsV2(bucket, "", true)) keys.push(o.name);
  const shared = await fetch(await client.presignedGetObject(bucket, key, 60));
  const presigned = await sum(shared.body);
  await client.removeObjects(bucket, keys);
  await client.removeBucket(bucket);
  return { etag: `"${etag}"`, sum: came, loaded: size, keys, presigned };
}

// lancedb commits from several sides at once to one table, and reads an older version of it.
async function lancedb(bucket) {
  const { connect } = installed("@lancedb/lancedb");
  const storageOptions = {
    awsEndpoint: endpoint, awsRegion: region, awsAccessKeyId: accessKey, awsSecretAccessKey: secretKey, allowHttp: "true",
  };
  const db = await connect(`s3://${bucket}/db`, { storageOptions });
  const rows = (from, to) => Array.from({ length: to - from }, (_, i) => ({ id: from + i, vector: [from + i, 1] }));
  const table = await db.createTable("t", rows(0, 100));
  await Promise.all([100, 200, 300].map(async (from) => (await db.openTable("t")).add(rows(from, from + 100))));
  const other = await (await connect(`s3://${bucket}/db`, { storageOptions })).openTable("t");
  const loaded = await other.countRows();
  const [{ id }] = await other.search([250, 1]).limit(1).toArray();
  await other.delete("id >= 50");
  await table.checkout(1);
  const before = await table.countRows();
  const after = await other.countRows();
  await db.dropTable("t");
  return { loaded, nearest: id, before, after, keys: await db.tableNames() };
}

const jobs = { lancedb, "lib-storage": libStorage, minio };
console.log(JSON.stringify(await jobs[program](program === "lancedb" ? "my-bucket" : `jobs-${program}`)));
