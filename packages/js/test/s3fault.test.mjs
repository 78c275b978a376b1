import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import http from 'node:http'
import { writeFile, mkdtemp, readdir, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createConnection, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { S3faultError, connect, start, world } from 's3fault'

/** Sends a request that is signed by Version 2, the shortest there is. */
function send (w, caller, method, path, body = '') {
  const { accessKeyId, secretAccessKey } = w.credentials(caller)
  const date = new Date().toUTCString()
  const signature = createHmac('sha1', secretAccessKey).update(`${method}\n\n\n${date}\n${path}`).digest('base64')
  const headers = { date, authorization: `AWS ${accessKeyId}:${signature}`, 'content-length': Buffer.byteLength(body) }
  return new Promise((resolve, reject) => {
    http.request(w.endpoint + path, { method, headers, agent: false }, (answer) => {
      answer.resume().on('end', () => resolve({ status: answer.statusCode, id: answer.headers['x-amz-request-id'] }))
    }).on('error', reject).end(body)
  })
}

const busy = {
  name: 'busy',
  match: { operation: 'PutObject' },
  when: { first: 2 },
  effect: { error: { code: 'SlowDown' } },
  must_fire: true
}

async function own (t, scenario, options) {
  const w = await world(scenario, options)
  t.after(() => w.close())
  return w
}

test('five hundred tests in parallel, each in a world of its own', async (t) => {
  const many = 500
  const begun = performance.now()
  await t.test('all', { concurrency: 50 }, async (all) => {
    await Promise.all(Array.from({ length: many }, (_, i) => all.test(String(i), async (t) => {
      const w = await own(t, 'plain')
      const want = i % 2 ? [200, 200, 200] : [503, 503, 200]
      if (i % 2 === 0) await w.faults.add(busy)
      for (const status of want) assert.equal((await send(w, 'app', 'PUT', `/my-bucket/${i}`, 'x')).status, status)
      const others = await send(w, 'app', 'GET', `/my-bucket/${(i + 1) % many}`)
      assert.equal(others.status, 404, 'another test\'s object')
      assert.equal((await w.requests()).length, 4)
    })))
  })
  const took = performance.now() - begun
  t.diagnostic(`${many} tests in parallel in ${(took / 1000).toFixed(2)} s: ${(took / many).toFixed(2)} ms a test`)
})

test('a refusal is told, cured and graded', async (t) => {
  const w = await own(t, 'ip-deny')
  const { status, id } = await send(w, 'app', 'GET', '/my-bucket/file.txt')
  assert.equal(status, 403)
  assert.equal((await w.denied('bucket-policy')).request_id, id)
  assert.equal((await w.denied('bucket-policy', { $metadata: { requestId: id } })).request_id, id)
  assert.match(await w.why(id), /statement "OfficeOnly"[^]*Fix:/)
  assert.equal((await w.advice(id)).proved, true)
  await assert.rejects(w.denied('kms', id), /not a denial by kms[^]*statement "OfficeOnly"/)
  assert.equal((await w.grade()).verdict, 'not-fixed')
  await w.fix()
  assert.equal((await w.grade()).verdict, 'good')
  await w.verify({ operation: 'GetObject', status: 403, times: 1 }, { operation: 'writes', times: 0 })
  await w.reset()
  assert.equal((await send(w, 'app', 'GET', '/my-bucket/file.txt')).status, 403)
  assert.equal((await w.requests({ operation: ['GetObject', 'writes'], status: 403, limit: 1 })).length, 1)
})

test('facts, faults and what did not come', async (t) => {
  const w = await own(t, 'plain', { patch: { buckets: { 'my-bucket': { tags: { state: 'new' } } } } })
  assert.equal((await w.facts()).buckets['my-bucket'].tags.state, 'new')
  await w.patch({ buckets: { 'my-bucket': { tags: { state: 'changed' } } } })
  assert.equal((await w.facts()).buckets['my-bucket'].tags.state, 'changed')
  assert.equal(await w.faults.add(busy), 'busy')
  const unmet = { name: 'AssertionError', neverStruck: ['busy'] }
  await assert.rejects(w.verify({ operation: 'PutObject', times: 3 }), unmet)
  for (let i = 0; i < 3; i++) await send(w, 'app', 'PUT', '/my-bucket/a', 'x')
  assert.deepEqual((await w.faults.list()).map((f) => [f.name, f.struck]), [['busy', 2]])
  assert.equal((await w.requests({ fault: 'busy' })).length, 2)
  await w.faults.remove('busy')
  await w.faults.set({ name: 'late', effect: { latency: '1ms' } })
  await w.faults.use('slow-down-first')
  assert.notEqual((await w.faults.list())[0].name, 'late')
  await w.faults.clear()
  assert.deepEqual(await w.faults.list(), [])
})

test('a rule that must fire and has not is told when the world is closed', async () => {
  const w = await world('plain')
  await w.faults.add(busy)
  await assert.rejects(w.close(), { name: 'AssertionError', message: /busy/ })
  await assert.rejects(w.facts(), { name: 'S3faultError', status: 404 }) // and it is gone all the same
})

test('a world\'s time is its own', async (t) => {
  const [w, other] = await Promise.all([own(t, 'plain'), own(t, 'plain')])
  const before = new Date((await w.clock.get()).now)
  assert.ok(new Date((await w.clock.advance('61m')).now) - before >= 3600_000)
  assert.equal((await w.clock.advance(60_000)).offset, '1h2m0s')
  assert.equal((await other.clock.get()).offset, '0s')
  assert.equal((await send(w, 'app', 'GET', '/my-bucket/file.txt')).status, 200)
  assert.equal((await w.clock.set({ offset: '-2h' })).offset, '-2h0m0s')
  assert.equal((await w.clock.reset()).offset, '0s')
})

test('clients and programs are pointed at the world', async (t) => {
  const w = await own(t, 'plain')
  const { accessKeyId, secretAccessKey } = w.credentials('app')
  assert.deepEqual(w.client('app'), {
    endpoint: w.endpoint, region: w.region, credentials: { accessKeyId, secretAccessKey }, forcePathStyle: true
  })
  assert.match(w.arn('app'), /^arn:aws:iam::/)
  const program = process.env.S3FAULT_BINARY
  for (const there of [program, '/none/s3fault']) { // whether there is a program to say more or not
    Object.assign(process.env, { AWS_PROFILE: 'mine', NO_PROXY: 'mine.example', S3FAULT_BINARY: there })
    const env = await w.env('app')
    Object.assign(process.env, { S3FAULT_BINARY: program })
    for (const name of ['AWS_PROFILE', 'NO_PROXY']) delete process.env[name]
    assert.equal(env.AWS_PROFILE, undefined)
    assert.equal(env.AWS_ENDPOINT_URL, w.endpoint)
    assert.equal(env.S3FAULT_ENDPOINT, w.endpoint)
    assert.equal(env.AWS_ACCESS_KEY_ID, accessKeyId)
    assert.equal(env.PATH, process.env.PATH)
    assert.match(env.NO_PROXY, /^mine\.example,/)
  }
  assert.throws(() => w.client('amin'), /no caller "amin"; there are admin, app/)
})

test('what is wrong is told with the nearest right name', async (t) => {
  const w = await own(t, 'plain')
  for (const [wrong, says] of [
    [() => world('ip-dney'), /did you mean "ip-deny"/],
    [() => w.faults.add({ match: { operation: 'PutObjct' }, effect: { latency: '1s' } }), /did you mean "PutObject"/],
    [() => w.requests({ operaton: 'writes' }), /operation/],
    [() => w.verify({ operaton: 'writes' }), /operation/],
    [() => w.patch({ bukets: {} }), /buckets/]
  ]) {
    await assert.rejects(wrong, (error) => error instanceof S3faultError && says.test(error.message))
  }
  await assert.rejects(start('-f', 'none.yaml'), /s3fault serve ended: .*none\.yaml/)
  for (const wrong of ['', '127.0.0.1:9403', 'ftp://127.0.0.1']) await assert.rejects(connect(wrong), /is no address/)
})

test('a server with a file of one\'s own, and the same once more, as one that was there', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 's3fault-test-'))
  t.after(() => rm(folder, { recursive: true }))
  const file = join(folder, 'scenarios.yaml')
  await writeFile(file, 'version: 1\nscenarios:\n' +
    '  one: {title: One, accounts: {123456789012: {}}, callers: {me: {root: true}}, buckets: {my-bucket: {}}}\n')
  const [server, same] = await Promise.all([start('-f', file), start('-f', file)])
  assert.equal(server, same)
  const there = await connect(`${server.endpoint}/~one`)
  const w = await there.world('one', { responses: 'aws', name: 'mine', expires: '5m' })
  assert.equal(w.endpoint, `${server.endpoint}/~mine`)
  assert.equal((await send(w, 'me', 'GET', '/my-bucket')).status, 200)
  await there.close()
  await server[Symbol.asyncDispose]()
  await assert.rejects(connect(server.endpoint), { code: 'ECONNREFUSED' })
  const again = await start('-f', file) // a closed one is not handed out
  assert.notEqual(again, server)
  await again.close()
})

test('a kept connection that ends while it is idle costs no call', async (t) => {
  const { port } = new URL((await start()).endpoint)
  let sockets = 0
  const between = createServer((client) => {
    const server = createConnection(port, '127.0.0.1')
    let heard = 0
    sockets++
    client.on('data', (part) => heard++ && sockets === 1 ? client.resetAndDestroy() : server.write(part))
    server.on('data', (part) => client.write(part))
    for (const side of [client, server]) side.on('error', () => {}).on('close', () => (client.destroy(), server.destroy()))
  })
  between.listen(0, '127.0.0.1')
  await once(between, 'listening')
  t.after(() => between.close())
  const there = await connect(`http://127.0.0.1:${between.address().port}`)
  await there.call('GET', '/health')
  assert.equal(sockets, 2)
})

test('a server serves a program that this process waits for', async (t) => {
  const w = await own(t, 'plain')
  const script = `(async () => {
    for (let i = 0; i < 200; i++) await fetch('${w.endpoint}/my-bucket/' + 'long'.repeat(200) + i)
  })()` // some 200 KB of log, more than a pipe takes
  assert.equal(spawnSync(process.execPath, ['-e', script], { timeout: 60_000 }).status, 0)
  assert.equal((await w.requests({ operation: 'GetObject' })).length, 200)
})

test('a server that is closed leaves no file', async (t) => {
  const { TMPDIR } = process.env
  const folder = await mkdtemp(join(tmpdir(), 's3fault-test-'))
  t.after(() => rm(folder, { recursive: true }))
  process.env.TMPDIR = folder
  const server = await start('--responses', 'aws')
  await assert.rejects(start('-f', 'none.yaml'))
  if (TMPDIR === undefined) delete process.env.TMPDIR
  else process.env.TMPDIR = TMPDIR
  const w = await server.world('plain')
  await server.close()
  await assert.rejects(w.facts(), /the server has ended: ./)
  assert.deepEqual(await readdir(folder), [])
})

test('what CommonJS requires is the same', () => {
  assert.equal(createRequire(import.meta.url)('s3fault').world, world)
})
