// A program that has no keys, as testdata/doors.py.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const installed = createRequire(`${process.argv[2]}/`);
const { S3Client, GetObjectCommand } = installed("@aws-sdk/client-s3");

const fresh = () => new S3Client({ forcePathStyle: true, maxAttempts: 1 });
let client;
for await (const line of createInterface({ input: process.stdin })) {
  let said;
  try {
    if (line.trim() === "fresh" || !client) client = fresh();
    const got = await client.send(new GetObjectCommand({ Bucket: "my-bucket", Key: "file.txt" }));
    said = { ok: true, text: await got.Body.transformToString() };
  } catch (e) {
    said = { ok: false, text: e.$response || e.$metadata?.httpStatusCode ? e.name : `${e.name}: ${e.message}` };
  }
  console.log(JSON.stringify(said));
}
