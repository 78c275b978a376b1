// An envelope with @aws-crypto/client-node: `node envelope.mjs MODULES PLACE KEY`, where PLACE
// is "seal" or "open". Seal encrypts standard input under the KMS key and stores it in
// my-bucket; open reads it and decrypts it. It prints the text, or the refusal: its name, a
// colon and its message.
import { createRequire } from "node:module";

const [modules, place, keyId] = process.argv.slice(2);
const installed = createRequire(`${modules}/`);
const { S3Client, PutObjectCommand, GetObjectCommand } = installed("@aws-sdk/client-s3");
const { KMS, KmsKeyringNode, buildClient, CommitmentPolicy, getClient } = installed("@aws-crypto/client-node");
const { AWS_ENDPOINT_URL: endpoint } = process.env;
const { encrypt, decrypt } = buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);
const keyring = new KmsKeyringNode({
  generatorKeyId: keyId, clientProvider: getClient(KMS, { endpoint, maxAttempts: 1 }),
});
const s3 = new S3Client({ endpoint, region: "us-east-1", forcePathStyle: true });
const object = { Bucket: "my-bucket", Key: "envelope" };
const context = { app: "shop" };

async function seal() {
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  const { result } = await encrypt(keyring, Buffer.concat(chunks), { encryptionContext: context });
  await s3.send(new PutObjectCommand({ ...object, Body: result }));
  return result.toString("base64");
}

async function open() {
  const { Body } = await s3.send(new GetObjectCommand(object));
  const { plaintext, messageHeader } = await decrypt(keyring, await Body.transformToByteArray());
  if (messageHeader.encryptionContext.app !== context.app) throw new Error("another context");
  return plaintext.toString();
}

try {
  process.stdout.write(await { seal, open }[place]());
} catch (e) {
  console.error(`${e.name}: ${e.message}`);
  process.exitCode = 1;
}
