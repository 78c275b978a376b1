// Waits until the supplier has delivered its file*, and prints what there is.
import { setTimeout } from 'node:timers/promises'
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'

const Bucket = process.argv[2] ?? 'my-bucket'
const tries = 8, pause = 100 // milliseconds
const patience = { connectionTimeout: 10_000, requestTimeout: 10_000, throwOnRequestTimeout: true }
const s3 = new S3Client({ requestHandler: patience })

async function delivered() {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'file' }))
    return Contents.map(({ Key }) => Key)
}

async function wait() {
    for (let attempt = 0; attempt < tries; attempt++) {
        const found = await delivered()
        if (found.length) return found
        await setTimeout(pause)
    }
    throw new Error(`nothing came in ${tries} tries`)
}

for (const key of await wait()) console.log('delivered', key)
