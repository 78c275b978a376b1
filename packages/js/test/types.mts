// What TypeScript makes of it: `tsc` reads this and nobody runs it.
import { S3Client } from '@aws-sdk/client-s3'
import { S3faultError, connect, start, world, type Request, type World } from 's3fault'

const patch = { buckets: { 'my-bucket': { tags: {} } } }
await using w: World = await world('kms-missing', { patch, responses: 'aws' })
new S3Client(w.client('app'))
new S3Client({ ...w.client('app'), credentials: w.credentials('admin'), maxAttempts: 1 })

const name: string = await w.faults.add({
  match: { operation: ['PutObject', 'UploadPart'], key: 'logs/**' }, when: { first: 3, per: 'key' },
  effect: { error: { code: 'SlowDown' } }, must_fire: true
})
const struck: number[] = (await w.faults.list()).map((f) => f.struck)
const refused: Request[] = await w.requests({ operation: 'reads', status: 403, since: new Date(), layer: 'kms' })
await w.verify({ operation: 'GetObject', times: refused.length, after: { fault: name } })
await w.clock.advance('61m')
const good: boolean = (await w.grade()).verdict === 'good'
const denied: Request = await w.denied('kms', new Error())
const home: string | undefined = (await w.env('app')).HOME
const text: string = await w.why(denied.request_id)

const server = await connect('http://127.0.0.1:9403')
for (const s of [server, await start('-f', 'scenarios.yaml')]) await s.close()
export const told = [text, home, good, struck, (e: unknown) => e instanceof S3faultError && e.status === 409]

// @ts-expect-error: there are two kinds of answers
await world('plain', { responses: 'amazon' })
// @ts-expect-error: not a field of a filter
await w.requests({ operaton: 'reads' })
// @ts-expect-error: a verdict is one of four
const never: boolean = (await w.grade()).verdict === 'excellent'
export { never }
