// The same from CommonJS.
import s3fault = require('s3fault')

export async function first (): Promise<s3fault.Request | undefined> {
  const w: s3fault.World = await s3fault.world('plain')
  return (await w.requests()).at(0)
}
