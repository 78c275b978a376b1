// Writes the month's sales into a bucket, reads them back and prints their total.
import { setTimeout } from 'node:timers/promises'
import { GetObjectCommand, PutObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3'

const object = { Bucket: process.argv[2] ?? 'my-bucket', Key: 'reports/2026-11.csv' }
const milliseconds = 10_000
const patience = { connectionTimeout: milliseconds, requestTimeout: milliseconds, socketTimeout: milliseconds }
const s3 = new S3Client({ requestHandler: { ...patience, throwOnRequestTimeout: true } })

const sales = Array.from({ length: 400 }, (_, number) => `order-${number},${number * 10}\n`).join('')

async function read() {
    const { Body } = await s3.send(new GetObjectCommand(object))
    return Body.transformToString()
}

// The SDK tries requests again, and no body whose beginning it has handed out.
async function readWhole() {
    for (let attempt = 1; ; attempt++) {
        try {
            return await read()
        } catch (error) {
            if (error instanceof S3ServiceException || attempt === 3) throw error
            console.error(`${object.Key}: ${error.message}`)
            await setTimeout(100 * attempt)
        }
    }
}

await s3.send(new PutObjectCommand({ ...object, Body: sales }))
const lines = (await readWhole()).split('\n').filter(line => line)
console.log('total', lines.reduce((total, line) => total + Number(line.split(',')[1]), 0))
