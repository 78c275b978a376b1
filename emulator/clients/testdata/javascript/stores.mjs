// Does a list of S3 calls with what is not AWS's SDK itself: `node stores.mjs MODULES CLIENT`,
// the client being lib-storage, minio, opendal or lancedb. Plans and reports are those of
// client.mjs.
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const [modules, name] = process.argv.slice(2);
const installed = createRequire(`${modules}/`);
const partSize = 5 * 1024 * 1024;

function libStorage(at) {
  const { S3Client } = installed("@aws-sdk/client-s3");
  const { Upload } = installed("@aws-sdk/lib-storage");
  const client = new S3Client({
    endpoint: at.endpoint,
    region: at.region,
    forcePathStyle: true,
    credentials: { accessKeyId: at.access_key_id, secretAccessKey: at.secret_access_key },
  });
  const upload = ({ bucket, key, file }) =>
    new Upload({ client, partSize, params: { Bucket: bucket, Key: key, Body: readFileSync(file) } }).done();
  return { put: upload, upload };
}

function minio(at) {
  const { Client, CopyConditions } = installed("minio");
  const { hostname, port } = new URL(at.endpoint);
  const client = new Client({
    endPoint: hostname,
    port: Number(port),
    useSSL: false,
    region: at.region,
    accessKey: at.access_key_id,
    secretKey: at.secret_access_key,
    sessionToken: at.session_token,
    partSize,
  });
  const upload = ({ bucket, key, file }) => client.fPutObject(bucket, key, file, {});
  return {
    put: ({ bucket, key, file }) => client.putObject(bucket, key, readFileSync(file)),
    upload,
    get: async ({ bucket, key, file }) => writeFileSync(file, await whole(await client.getObject(bucket, key))),
    download: ({ bucket, key, file }) => client.fGetObject(bucket, key, file),
    copy: ({ bucket, key, source }) => client.copyObject(bucket, key, `/${bucket}/${source}`, new CopyConditions()),
    several: async ({ bucket, keys }) => {
      const answer = await client.removeObjects(bucket, keys);
      return { keys: answer.filter(Boolean).map((left) => left.Key ?? left.Error?.Key) };
    },
  };
}

async function whole(stream) {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

function opendal(at) {
  const { Operator } = installed("opendal");
  const op = new Operator("s3", {
    endpoint: at.endpoint,
    region: at.region,
    bucket: "my-bucket",
    access_key_id: at.access_key_id,
    secret_access_key: at.secret_access_key,
    ...(at.session_token && { session_token: at.session_token }),
    disable_config_load: "true",
    disable_ec2_metadata: "true",
  });
  const get = async ({ key, file }) => writeFileSync(file, await op.read(key));
  return {
    put: ({ key, file }) => op.write(key, readFileSync(file)),
    new: ({ key, file }) => op.write(key, readFileSync(file), { ifNotExists: true }),
    upload: ({ key, file }) => op.write(key, readFileSync(file), { chunk: BigInt(partSize) }),
    get,
    download: get,
    copy: ({ source, key }) => op.copy(source, key),
    several: ({ keys }) => op.remove(keys),
  };
}

// lancedb keeps tables: the key is a table's name, and the file says how many rows it has.
async function lancedb(at) {
  const { connect } = installed("@lancedb/lancedb");
  const db = await connect("s3://my-bucket/db", {
    storageOptions: {
      endpoint: at.endpoint,
      region: at.region,
      aws_access_key_id: at.access_key_id,
      aws_secret_access_key: at.secret_access_key,
      ...(at.session_token && { aws_session_token: at.session_token }),
      allow_http: "true",
      aws_virtual_hosted_style_request: "false",
      ...(at.patience && { timeout: `${at.patience}s` }),
    },
  });
  const table = ({ key }) => key.replaceAll(/\W/g, "-");
  const put = (step) => db.createTable(table(step), rows(statSync(step.file).size));
  const get = async (step) => {
    const found = await (await db.openTable(table(step))).query().toArray();
    writeFileSync(step.file, JSON.stringify(found.map((row) => row.id)));
  };
  return { put, new: put, upload: put, get, download: get };
}

// rows are about as many bytes, in vectors.
function rows(bytes) {
  const width = 256;
  return Array.from({ length: Math.ceil(bytes / (4 * width)) }, (_, id) => ({
    id,
    vector: Array.from({ length: width }, (_, i) => Math.sin(id * width + i)),
  }));
}

async function attempt(client, step) {
  try {
    return { keys: (await client[step.do](step))?.keys };
  } catch (refused) {
    const { name, code, message } = refused;
    return { error: `${code ?? name ?? "a plain object"}: ${message ?? "no message"}` };
  }
}

async function follow({ target, steps }) {
  const client = await { "lib-storage": libStorage, minio, opendal, lancedb }[name](target);
  const report = [];
  for (const step of steps) report.push(await attempt(client, step));
  return report;
}

const { plans } = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(await Promise.all(plans.map(follow))));
