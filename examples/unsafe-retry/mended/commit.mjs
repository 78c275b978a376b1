// Commits version 1 of a table: whoever writes its manifest first has won.
import { randomUUID } from 'node:crypto'
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'

const object = { Bucket: process.argv[2] ?? 'my-bucket', Key: 'orders/_versions/1.json' }
const patience = { connectionTimeout: 10_000, requestTimeout: 10_000, throwOnRequestTimeout: true }
const s3 = new S3Client({ requestHandler: patience })

/** Says whether the manifest is this table's version 1. */
async function commit(manifest) {
    try {
        await s3.send(new PutObjectCommand({ ...object, Body: manifest, IfNoneMatch: '*' }))
        return true
    } catch (error) {
        if (error.name !== 'PreconditionFailed') throw error
        // The SDK tries again what was written and not answered: it may be our own that is there.
        const { Body } = await s3.send(new GetObjectCommand(object))
        return await Body.transformToString() === manifest
    }
}

const manifest = JSON.stringify({ writer: randomUUID(), files: ['data/1.parquet', 'data/2.parquet'] })
if (await commit(manifest)) {
    console.log('committed', object.Key)
} else {
    console.error(`${object.Key}: somebody else has committed this version`)
    process.exitCode = 1
}
