/// <reference lib="esnext.disposable" />

/** The server that this process shares, which the first call starts with these flags of `s3fault serve`. */
export function start(...flags: string[]): Promise<Server>

/** A server that runs already, at "http://HOST:PORT". The token of its control plane is S3FAULT_ADMIN_TOKEN's. */
export function connect(endpoint: string): Promise<Server>

/** A world of the server that this process shares: `(await start()).world(scenario, options)`. */
export function world(scenario: string, options?: WorldOptions): Promise<World>

/** What the control plane says is wrong, with the place and the nearest right name. */
export class S3faultError extends Error {
  /** The status of HTTP; undefined: there was no answer. */
  readonly status?: number
  /** What it answered. */
  readonly answer?: unknown
}

export interface WorldOptions {
  /** A JSON merge patch in the form of the scenario file. */
  patch?: Json
  responses?: 'aws' | 'article'
  /** Its name; without one it is given one. */
  name?: string
  /** After which time it goes by itself: "10m". On a server that is not this process's: "1h". */
  expires?: string
  /** Whether it has a port of its own, which it has where the server was started here. */
  listen?: boolean
}

/** A running s3fault. One that was started here ends with this process, however that ends. */
export interface Server extends AsyncDisposable {
  readonly endpoint: string
  /** Makes a world of the scenario, as it was loaded and with access keys of its own. */
  world(scenario: string, options?: WorldOptions): Promise<World>
  /** Calls the control plane below /_s3fault, and is what it answers. */
  call(method: string, path: string, body?: Json): Promise<any>
  /** Ends a server that was started here, with all its worlds; does nothing to others. */
  close(): Promise<void>
}

/** A private world on a server: what one breaks, changes or sees, no other does. */
export interface World extends AsyncDisposable {
  /** The name by which the control plane knows it. */
  readonly id: string
  /** Where clients send requests to, without a slash at its end. */
  readonly endpoint: string
  readonly region: string
  /** The names of the scenario's callers. */
  readonly callers: string[]
  readonly faults: Faults
  readonly clock: Clock

  /** The configuration of a client of the AWS SDK: `new S3Client(world.client('app'))`. */
  client(caller: string): ClientConfiguration
  /** The caller's credentials, as the AWS SDK takes them. */
  credentials(caller: string): Credentials
  arn(caller: string): string
  /** This process's environment, pointed at the world, for a program that is run as the caller. */
  env(caller: string): Promise<Record<string, string | undefined>>

  /** What happened in the world, newest last, as far as the filter means it. */
  requests(filter?: Filter): Promise<Request[]>
  /** Rejects with an AssertionError unless the world's requests are as expected. */
  verify(...expectations: Expectation[]): Promise<void>
  /**
   * The request that an error of the AWS SDK (or a request's id) is about, or the newest that was denied.
   * Rejects, and says why it was answered as it was, unless that layer denied it.
   */
  denied(layer: Layer, error?: unknown): Promise<Request>
  /** What `s3fault why` says of a request; where there is no program to say it, the request on a line. */
  why(requestId: string): Promise<string>
  /** What would let a denied request pass, proved on a copy of the world (docs/control.md). */
  advice(requestId: string): Promise<any>

  /** The facts of the world as they are now, in the form of the scenario file. */
  facts(): Promise<any>
  /** Changes the world by a JSON merge patch in the form of the scenario file, whole or not at all. */
  patch(patch: Json): Promise<void>
  /** Applies the scenario's fix_patch; without one nothing changes. */
  fix(): Promise<void>
  /** Puts the world back as it was loaded. */
  reset(): Promise<void>
  /** Whether the cure that was made in the world is a good one (docs/grading.md). */
  grade(): Promise<Grade>
  /** Deletes the world; rejects where a fault rule that must fire has never struck. */
  close(): Promise<void>
}

export interface ClientConfiguration {
  endpoint: string
  region: string
  credentials: Credentials
  forcePathStyle: true
}

export interface Credentials {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
}

export interface Faults {
  /** Adds one rule behind those that there are, and is its name (docs/faults.md). */
  add(rule: FaultRule): Promise<string>
  /** Replaces all rules, whole or not at all. */
  set(...rules: FaultRule[]): Promise<void>
  /** Takes a set of rules by its name in the place of all rules. */
  use(set: string): Promise<void>
  /** The rules in the order in which they strike, with their counters. */
  list(): Promise<Array<FaultRule & { name: string, matched: number, struck: number }>>
  remove(name: string): Promise<void>
  clear(): Promise<void>
}

export interface FaultRule {
  name?: string
  match?: { operation?: string | string[], bucket?: string, key?: string, [field: string]: Json | undefined }
  when?: { first?: number, after?: number, every?: number, per?: string, [field: string]: Json | undefined }
  stage?: 'arrival' | 'request_body' | 'before_commit' | 'after_commit' | 'response_body'
  effect?: Json
  effects?: Json[]
  must_fire?: boolean
}

export interface Clock {
  get(): Promise<Time>
  /** Takes one step (docs/clock.md). */
  set(step: { now?: string, rate?: number, offset?: string, advance?: string, client_skew?: string }): Promise<Time>
  /** Lets so much time go by: "61m", or milliseconds. Clients do not notice. */
  advance(by: string | number): Promise<Time>
  /** Goes back to real time. */
  reset(): Promise<Time>
}

/** A world's time: dates as text, durations as "1h0m0s". */
export interface Time { now: string, real: string, client: string, offset: string, rate: number, client_skew: string }

/** Which requests are meant; all that is given must fit. Globs: `*` within a segment, `**` across. */
export interface Filter {
  operation?: string | string[]
  bucket?: string
  key?: string
  caller?: string
  status?: number
  code?: string
  layer?: Layer
  fault?: string
  method?: string
  part?: number
  range?: string
  attempt?: number
  since?: string | Date
  limit?: number
}

export interface Expectation extends Omit<Filter, 'since' | 'limit'> {
  header?: Record<string, string>
  times?: number
  times_at_least?: number
  times_at_most?: number
  after?: Filter
}

/** An entry of the journal; docs/control.md has all of its fields. */
export interface Request {
  request_id: string
  time: string
  world: string
  caller: string
  operation: string
  bucket: string
  key: string
  /** 0: no answer was given. */
  status: number
  code: string
  message?: string
  attempt?: number
  decisions: Decision[]
  fault: { rule: string, stage: string, effect: string } | null
  [field: string]: any
}

/** The answer to one question that a request put: may this be done to that? */
export interface Decision {
  action: string
  resource: string
  verdict: 'allowed' | 'denied'
  /** The layer that denied it. */
  layer?: Layer
  findings: any[]
}

export interface Grade {
  verdict: 'good' | 'too-wide' | 'not-fixed' | 'broke-something'
  fixed: boolean
  [field: string]: any
}

export type Layer =
  'authentication' | 'request-form' | 'region' | 'cors' | 'expected-owner' | 'requester-pays' | 'scp' | 'rcp' |
  'vpc-endpoint' | 'identity' | 'permissions-boundary' | 'session' | 'access-point' | 'bucket-policy' |
  'trust-policy' | 'acl' | 'block-public-access' | 'object-ownership' | 'kms' | 'object-lock' | 'masking' |
  (string & {})

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json | undefined }
