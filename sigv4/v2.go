package sigv4

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"slices"
	"strings"
)

// subresources are the query parameters that SigV2 signs: those of the S3 User
// Guide, "Signing and authenticating REST requests (AWS signature version 2)",
// and the later ones that AWS's own SDKs sign as well.
var subresources = map[string]bool{
	"accelerate": true, "acl": true, "analytics": true, "cors": true, "defaultObjectAcl": true, "delete": true,
	"inventory": true, "lifecycle": true, "location": true, "logging": true, "metrics": true, "notification": true,
	"object-lock": true, "partNumber": true, "policy": true, "replication": true, "requestPayment": true,
	"restore": true, "select": true, "select-type": true, "storageClass": true, "tagging": true, "torrent": true,
	"uploadId": true, "uploads": true, "versionId": true, "versioning": true, "versions": true, "website": true,
	"response-cache-control": true, "response-content-disposition": true, "response-content-encoding": true,
	"response-content-language": true, "response-content-type": true, "response-expires": true,
}

// disputed are the parameters that some clients sign (minio-go) and others do
// not (botocore). No recording tells what S3 wants: both are good here.
var disputed = map[string]bool{"encryption": true, "legal-hold": true, "retention": true}

// compareV2 compares the signatures in constant time (s3-errors.md A10b).
func (p *Presented) compareV2(m *message, k Key) error {
	toSign := p.stringsToSignV2(m, k.Resource)
	for _, s := range toSign {
		if hmac.Equal([]byte(signV2(k.Secret, s)), []byte(p.Signature)) {
			return nil
		}
	}
	return p.mismatch(toSign[0], p.Signature)
}

// stringsToSignV2 are all the good forms, the likeliest first. They differ where clients
// sign the same request differently: botocore signs a bucket as /bucket/, whatever it
// sends; others sign what they send.
func (p *Presented) stringsToSignV2(m *message, resource string) []string {
	if resource == "" {
		resource = m.path
	}
	q := parameters{raw: m.query}
	head := p.headV2(m, &q)
	without, with := subresourcesV2(&q, false), subresourcesV2(&q, true)
	forms := []string{head + resource + without}
	slashed := resource + "/"
	bare := strings.Count(resource, "/") == 1 && resource != "/"
	if bare {
		forms = append(forms, head+slashed+without)
	}
	if with != without {
		forms = append(forms, head+resource+with)
		if bare {
			forms = append(forms, head+slashed+with)
		}
	}
	return forms
}

func signV2(secret, toSign string) string {
	h := hmac.New(sha1.New, []byte(secret))
	h.Write([]byte(toSign))
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// headV2 is the string to sign up to the resource: the verb, Content-MD5,
// Content-Type, the date or expiry, and the x-amz- headers.
func (p *Presented) headV2(m *message, q *parameters) string {
	var b strings.Builder
	md5, kind := p.entityHeaderV2(m, q, "content-md5"), p.entityHeaderV2(m, q, "content-type")
	for _, line := range [...]string{m.method, md5, kind, p.originalDate} {
		b.WriteString(line)
		b.WriteByte('\n')
	}
	for _, line := range p.amzHeadersV2(m, q) {
		b.WriteString(line)
		b.WriteByte('\n')
	}
	return b.String()
}

// entityHeaderV2 is a header's value; botocore moves it into the query of a
// presigned URL under its lower-case name.
func (p *Presented) entityHeaderV2(m *message, q *parameters, name string) string {
	if v := m.values(name); len(v) > 0 {
		return strings.Trim(v[0], " \t")
	}
	if p.Location != Query {
		return ""
	}
	v, _ := q.get(name)
	return v
}

// amzHeadersV2 are the CanonicalizedAmzHeaders, "name:value", sorted. Those of
// a presigned URL may stand in its query; one that stands in both with
// different values is signed as both.
func (p *Presented) amzHeadersV2(m *message, q *parameters) []string {
	values := map[string][]string{}
	if p.Location == Query {
		for rest := q.raw; ; {
			name, value, after, ok := q.pair(rest)
			if !ok {
				break
			}
			rest = after
			if name = strings.ToLower(unescape(name)); strings.HasPrefix(name, "x-amz-") {
				values[name] = append(values[name], unescape(value))
			}
		}
	}
	for key, sent := range m.header {
		name := strings.ToLower(key)
		if !strings.HasPrefix(name, "x-amz-") {
			continue
		}
		for _, v := range sent {
			if v = strings.Trim(v, " \t"); len(values[name]) != 1 || len(sent) != 1 || values[name][0] != v {
				values[name] = append(values[name], v)
			}
		}
	}
	lines := make([]string, 0, len(values))
	for name, v := range values {
		lines = append(lines, name+":"+strings.Join(v, ","))
	}
	slices.SortFunc(lines, func(a, b string) int {
		nameA, _, _ := strings.Cut(a, ":")
		nameB, _, _ := strings.Cut(b, ":")
		return strings.Compare(nameA, nameB)
	})
	return lines
}

// subresourcesV2 is the query part of the CanonicalizedResource: the signed
// parameters sorted by name, their values decoded.
func subresourcesV2(q *parameters, withDisputed bool) string {
	type subresource struct{ name, text string }
	var found []subresource
	for rest := q.raw; ; {
		name, value, after, ok := q.pair(rest)
		if !ok {
			break
		}
		rest = after
		if name = unescape(name); !subresources[name] && !(withDisputed && disputed[name]) {
			continue
		}
		text := name
		if value != "" {
			text += "=" + unescape(value)
		}
		found = append(found, subresource{name, text})
	}
	if found == nil {
		return ""
	}
	slices.SortStableFunc(found, func(a, b subresource) int { return strings.Compare(a.name, b.name) })
	var b strings.Builder
	for i, s := range found {
		b.WriteByte("?&"[min(i, 1)])
		b.WriteString(s.text)
	}
	return b.String()
}
