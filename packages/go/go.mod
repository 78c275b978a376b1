module github.com/s3fault/s3fault/packages/go

go 1.18
