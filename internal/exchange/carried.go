package exchange

import (
	"net/http"
	"strings"
)

// carried are the headers of a request that tell what it carries and on which conditions, by
// their names in lower case; nil: there are none.
func carried(h http.Header) map[string]string {
	var told map[string]string
	for name, values := range h {
		if name = strings.ToLower(name); len(values) == 0 || !tells(name) {
			continue
		}
		if told == nil {
			told = map[string]string{}
		}
		told[name] = values[0]
	}
	return told
}

func tells(name string) bool {
	switch name {
	case "range", "content-md5", "x-amz-content-sha256", "x-amz-decoded-content-length", "x-amz-acl", "x-amz-copy-source",
		"x-amz-copy-source-range":
		return true
	}
	return strings.HasPrefix(name, "if-") || strings.HasPrefix(name, "x-amz-copy-source-if-") ||
		strings.HasPrefix(name, "x-amz-checksum-") || strings.HasPrefix(name, "x-amz-grant-")
}
