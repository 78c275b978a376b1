'use strict'

const { AssertionError } = require('node:assert')
const { execFile } = require('node:child_process')
const { promisify } = require('node:util')
const { program } = require('./program.cjs')

const dispose = Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')

/** A private world on a server. */
class World {
  #server
  #callers

  constructor (server, { id, endpoint, region, callers }) {
    this.#server = server
    this.#callers = callers
    this.id = id
    this.endpoint = endpoint
    this.region = region
    const call = this.#call.bind(this)
    this.faults = new Faults(call)
    this.clock = new Clock(call)
  }

  #call (method, path, body) {
    return this.#server.call(method, `/worlds/${encodeURIComponent(this.id)}${path}`, body)
  }

  /** The names of the scenario's callers. */
  get callers () { return Object.keys(this.#callers) }

  #caller (name) {
    if (Object.hasOwn(this.#callers, name)) return this.#callers[name]
    throw new TypeError(`no caller ${JSON.stringify(name)}; there are ${this.callers.join(', ')}`)
  }

  /** The caller's ARN. */
  arn (caller) { return this.#caller(caller).arn }

  /** The caller's credentials, as the AWS SDK takes them. */
  credentials (caller) {
    const keys = this.#caller(caller)
    const credentials = { accessKeyId: keys.access_key_id, secretAccessKey: keys.secret_access_key }
    return keys.session_token ? { ...credentials, sessionToken: keys.session_token } : credentials
  }

  /** The configuration of a client of the AWS SDK: new S3Client(world.client('app')). */
  client (caller) {
    const { endpoint, region } = this
    return { endpoint, region, credentials: this.credentials(caller), forcePathStyle: true }
  }

  /**
   * This process's environment, pointed at the world: `env` of a program that is run as the caller. It has what
   * `s3fault env` says, where there is the program to say it, else the caller's keys.
   */
  async env (caller) {
    const settings = this.#settings(caller)
    const told = await this.#run('env', '--format', 'json', '--scenario', this.id, '--as', caller)
    const said = told === undefined ? settings : JSON.parse(told)
    for (const name of ['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_S3', 'S3FAULT_ENDPOINT']) {
      if (said[name]?.startsWith('http:')) said[name] = settings[name] // the world may have a port of its own
    }
    const kept = Object.entries(process.env).filter(([name]) => !/^AWS_/i.test(name))
    return { ...Object.fromEntries(kept), ...said }
  }

  #settings (caller) {
    const { accessKeyId, secretAccessKey, sessionToken } = this.credentials(caller)
    const before = process.env.NO_PROXY ?? process.env.no_proxy
    const direct = [before, new URL(this.endpoint).hostname, '127.0.0.1,localhost,::1'].filter(Boolean).join(',')
    return {
      ...this.#server.environment,
      S3FAULT_ENDPOINT: this.endpoint,
      AWS_ENDPOINT_URL: this.endpoint,
      AWS_ENDPOINT_URL_S3: this.endpoint,
      AWS_REGION: this.region,
      AWS_DEFAULT_REGION: this.region,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      ...(sessionToken && { AWS_SESSION_TOKEN: sessionToken }),
      AWS_EC2_METADATA_DISABLED: 'true',
      NO_PROXY: direct,
      no_proxy: direct
    }
  }

  /** What a command of the program prints; undefined: there is no program, or it refuses. */
  async #run (...args) {
    const env = { ...process.env, ...this.#server.environment, NO_COLOR: '1' }
    try {
      return (await promisify(execFile)(program(), args, { env, windowsHide: true })).stdout
    } catch {
      return undefined
    }
  }

  /** The facts of the world as they are now, in the form of the scenario file. */
  facts () { return this.#call('GET', '') }

  /** Changes the world by a JSON merge patch in the form of the scenario file, whole or not at all. */
  async patch (patch) { await this.#call('PATCH', '', patch) }

  /** Applies the scenario's fix_patch; without one nothing changes. */
  async fix () { await this.#call('POST', '/fix') }

  /** Puts the world back as it was loaded. */
  async reset () { await this.#call('POST', '/reset') }

  /** Whether the cure that was made in the world is a good one. */
  grade () { return this.#call('GET', '/grade') }

  /** What happened in the world, newest last, as far as the filter means it: {operation: 'writes', status: 503}. */
  async requests (filter = {}) {
    const query = new URLSearchParams()
    for (const [name, value] of Object.entries(filter)) {
      for (const one of [value].flat()) query.append(name, one instanceof Date ? one.toISOString() : one)
    }
    return (await this.#call('GET', `/requests?${query}`)).requests
  }

  /** Rejects unless the world's requests are as expected: verify({operation: 'PutObject', times: 3}). */
  async verify (...expectations) {
    try {
      await this.#call('POST', '/verify', expectations.flat())
    } catch (error) {
      if (error.status !== 409) throw error
      const { failures, never_struck: neverStruck } = error.answer
      const message = error.message || `the fault rules ${neverStruck.join(', ')} have never struck (must_fire)`
      throw Object.assign(new AssertionError({ message }), { failures, neverStruck })
    }
  }

  /**
   * Rejects unless the layer denied the request that the error is about, or the newest request that was
   * denied: denied('kms'). The message says why the request was answered as it was.
   */
  async denied (layer, error) {
    const id = typeof error === 'string' ? error : error?.$metadata?.requestId
    const all = (await this.requests()).filter((r) => (id ? r.request_id === id : layerOf(r) !== undefined))
    const last = all.at(-1)
    if (last && layerOf(last) === layer) return last
    const message = last
      ? `not a denial by ${layer}\n${await this.why(last.request_id)}`
      : `no request of this world was denied, want a denial by ${layer}`
    throw new AssertionError({ message, actual: last && layerOf(last), expected: layer, operator: 'denied' })
  }

  /**
   * What `s3fault why` says of a request: which layer and which statement denied it, and the cures. Where
   * there is no program to say it, it is the request on a line.
   */
  async why (requestId) {
    const request = await this.#server.call('GET', `/requests/${encodeURIComponent(requestId)}`)
    return (await this.#run('why', requestId)) ?? line(request)
  }

  /** What would let a denied request pass, proved on a copy of the world. */
  advice (requestId) { return this.#server.call('GET', `/requests/${encodeURIComponent(requestId)}/advice`) }

  /** Deletes the world; rejects where a fault rule that must fire has never struck. */
  async close () {
    try {
      await this.verify()
    } finally {
      await this.#call('DELETE', '')
    }
  }

  [dispose] () { return this.close() }
}

const layerOf = (request) => request.decisions.find((d) => d.verdict === 'denied')?.layer

function line (request) {
  const { operation, bucket, key, caller, status, code, request_id: id, fault } = request
  const why = layerOf(request) ?? (fault && `the fault rule ${fault.rule}`)
  return `${operation} ${bucket}/${key} by ${caller}: ${status} ${code} (${id})${why ? `, ${why}` : ''}\n`
}

/** The fault rules of a world. */
class Faults {
  #call

  constructor (call) { this.#call = call }

  /** Adds one rule behind those that there are, and is its name. */
  async add (rule) { return (await this.#call('POST', '/faults', rule)).name }

  /** Replaces all rules. */
  async set (...rules) { await this.#call('PUT', '/faults', { faults: rules.flat() }) }

  /** Takes a set of rules by its name in the place of all rules. */
  async use (set) { await this.#call('PUT', '/faults', { use: set }) }

  /** The rules in the order in which they strike, each with how many requests it `matched` and `struck`. */
  async list () { return (await this.#call('GET', '/faults')).faults }

  /** Takes one rule away. */
  async remove (name) { await this.#call('DELETE', `/faults/${encodeURIComponent(name)}`) }

  /** Takes all rules away. */
  async clear () { await this.#call('DELETE', '/faults') }
}

/** The time in a world. */
class Clock {
  #call

  constructor (call) { this.#call = call }

  /** The time, and how it stands to the real one. */
  get () { return this.#call('GET', '/clock') }

  /** Takes one step: {now, rate, offset, advance, client_skew}. */
  set (step) { return this.#call('PUT', '/clock', step) }

  /** Lets so much time go by: '61m', or milliseconds. */
  advance (by) { return this.set({ advance: typeof by === 'number' ? `${by}ms` : by }) }

  /** Goes back to real time. */
  reset () { return this.#call('DELETE', '/clock') }
}

module.exports = { World, dispose }
