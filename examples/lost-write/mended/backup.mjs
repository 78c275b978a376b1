// Nightly backup: puts one large dump into a bucket, in parts, several at a time.
import {
    AbortMultipartUploadCommand, CompleteMultipartUploadCommand, CreateMultipartUploadCommand,
    ListMultipartUploadsCommand, S3Client, UploadPartCommand,
} from '@aws-sdk/client-s3'

const object = { Bucket: process.argv[2] ?? 'my-bucket', Key: 'backup/dump.sql' }
const patience = { connectionTimeout: 10_000, requestTimeout: 10_000, throwOnRequestTimeout: true }
const s3 = new S3Client({ requestHandler: patience })

const partSize = 5 << 20 // the least that S3 takes for all parts but the last
const dump = Buffer.alloc(partSize + 1000, "INSERT INTO orders VALUES (1, 'paper', 200);\n")

async function uploadPart(UploadId, PartNumber) {
    const Body = dump.subarray((PartNumber - 1) * partSize, PartNumber * partSize)
    const { ETag } = await s3.send(new UploadPartCommand({ ...object, UploadId, PartNumber, Body }))
    return { ETag, PartNumber }
}

async function upload(UploadId) {
    const numbers = Array.from({ length: Math.ceil(dump.length / partSize) }, (_, i) => i + 1)
    const parts = await Promise.allSettled(numbers.map(number => uploadPart(UploadId, number)))
    const failed = parts.find(part => part.status === 'rejected')
    if (failed) throw failed.reason
    const Parts = parts.map(part => part.value)
    await s3.send(new CompleteMultipartUploadCommand({ ...object, UploadId, MultipartUpload: { Parts } }))
}

// Uploads that nobody completes cost money: also those whose beginning was not answered.
async function sweep() {
    const { Bucket, Key } = object
    const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket, Prefix: Key }))
    for (const { UploadId } of Uploads) await s3.send(new AbortMultipartUploadCommand({ ...object, UploadId }))
}

try {
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand(object))
    await upload(UploadId)
    console.log(`backed up ${dump.length} bytes`)
} finally {
    await sweep()
}
