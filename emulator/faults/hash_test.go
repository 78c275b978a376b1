package faults

import (
	"crypto/md5"
	"encoding/base64"
)

// md5Of is a text's Content-MD5.
func md5Of(text string) string {
	sum := md5.Sum([]byte(text))
	return base64.StdEncoding.EncodeToString(sum[:])
}
