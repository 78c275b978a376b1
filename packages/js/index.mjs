import s3fault from './index.cjs'

export const { S3faultError, connect, start, world } = s3fault
