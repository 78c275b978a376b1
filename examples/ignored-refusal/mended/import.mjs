// Imports products into a bucket, and leaves alone what is there already.
import { HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'

const products = { chair: 45, table: 120 }
const Bucket = process.argv[2] ?? 'my-bucket'
const patience = { connectionTimeout: 10_000, requestTimeout: 10_000, throwOnRequestTimeout: true }
const s3 = new S3Client({ requestHandler: patience })

async function isThere(Key) {
    try {
        await s3.send(new HeadObjectCommand({ Bucket, Key }))
        return true
    } catch (error) {
        const status = error.$metadata?.httpStatusCode
        if (status !== 404) throw new Error(`HEAD ${Key}: ${status ?? error.message}`, { cause: error })
        return false
    }
}

for (const [name, price] of Object.entries(products)) {
    const Key = `products/${name}.json`
    if (await isThere(Key)) {
        console.log('skipped', Key)
        continue
    }
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: JSON.stringify({ price }) }))
    console.log('imported', Key)
}
