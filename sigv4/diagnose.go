package sigv4

import (
	"crypto/hmac"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// Candidate is another secret that a request may have been signed with, by a
// name that a person knows it by.
type Candidate struct {
	Name, Secret string
}

// Unknown is what Diagnose says where none of its guesses fits.
const Unknown = "unknown"

// Diagnose looks for the reason of a mismatch: it signs the request again in
// a fixed short list of other ways and names the one that gives the signature
// presented, such as "signed for a:9000, arrived for b:9000". It is for people
// who ask why, after Verify has refused with SignatureDoesNotMatch; it
// never makes a request good, and reads no body.
func (p *Presented) Diagnose(r *http.Request, k Key, others []Candidate) string {
	d := &diagnosis{p: p, k: k, others: others}
	if p.Location == FormFields {
		return d.secrets(func(secret string) bool { return d.fits(p.formSignature(secret)) })
	}
	d.m = messageOf(r)
	if p.Scheme == V2 {
		return d.first(d.otherSecrets, d.otherMethods, d.otherResources, d.otherHeadersV2)
	}
	return d.first(d.otherSecrets, d.otherMethods, d.otherHosts, d.otherPlaces, d.otherPaths,
		d.otherQuery, d.otherHeaders, d.otherPayloads)
}

type diagnosis struct {
	p      *Presented
	k      Key
	m      message
	others []Candidate
}

// first is the first guess that fits.
func (d *diagnosis) first(guesses ...func() string) string {
	for _, guess := range guesses {
		if found := guess(); found != Unknown {
			return found
		}
	}
	return Unknown
}

func (d *diagnosis) fits(signature string) bool {
	return hmac.Equal([]byte(signature), []byte(d.p.Signature))
}

// try signs a variant of the message.
func (d *diagnosis) try(m message, secret string) bool {
	if d.p.Scheme == V2 {
		return d.tryV2(m, secret, d.k.Resource)
	}
	return d.tryForm(m, secret, d.p.form(d.p.payloadFor(d.k)))
}

func (d *diagnosis) tryV2(m message, secret, resource string) bool {
	for _, toSign := range d.p.stringsToSignV2(&m, resource) {
		if d.fits(signV2(secret, toSign)) {
			return true
		}
	}
	return false
}

func (d *diagnosis) tryForm(m message, secret string, f form) bool {
	s := scratches.Get().(*scratch)
	defer s.release()
	s.appendCanonical(&m, d.p, f)
	s.appendStringToSign(d.p)
	signature := sign(deriveKey(secret, d.p.Date, d.p.Region, d.p.Service), s.toSign)
	return d.fits(string(signature[:]))
}

func (d *diagnosis) secrets(fits func(secret string) bool) string {
	for _, other := range d.others {
		if other.Secret != d.k.Secret && fits(other.Secret) {
			return fmt.Sprintf("signed with the secret of %s, sent with the access key %s", other.Name, d.p.AccessKeyID)
		}
	}
	if trimmed := strings.TrimSpace(d.k.Secret); trimmed != d.k.Secret && fits(trimmed) {
		return "signed with the secret without the blanks around it"
	}
	for _, blank := range [...]string{"\n", "\r\n", " "} {
		if fits(d.k.Secret + blank) {
			return "signed with the secret and a blank or line end after it"
		}
	}
	return Unknown
}

func (d *diagnosis) otherSecrets() string {
	return d.secrets(func(secret string) bool { return d.try(d.m, secret) })
}

func (d *diagnosis) otherMethods() string {
	for _, method := range [...]string{"GET", "HEAD", "PUT", "POST", "DELETE"} {
		m := d.m
		if m.method = method; method != d.m.method && d.try(m, d.k.Secret) {
			return fmt.Sprintf("signed as %s, arrived as %s", method, d.m.method)
		}
	}
	return Unknown
}

// otherHosts tries what proxies, port mappings and names of the same machine
// do to the Host header.
func (d *diagnosis) otherHosts() string {
	for _, host := range d.hosts() {
		m := d.m
		if m.host = host; d.try(m, d.k.Secret) {
			return fmt.Sprintf("signed for %s, arrived for %s", host, d.m.host)
		}
	}
	return Unknown
}

func (d *diagnosis) hosts() []string {
	name, port := splitPort(d.m.host)
	hosts := []string{name, name + ":80", name + ":443"}
	for _, h := range [...]string{"X-Forwarded-Host", "X-Original-Host", "X-Forwarded-Server"} {
		first, _, _ := strings.Cut(header(d.m.header, h), ",")
		hosts = append(hosts, strings.TrimSpace(first))
	}
	hosts = append(hosts, forwardedHost(header(d.m.header, "Forwarded")))
	for _, h := range [...]string{"Origin", "Referer"} {
		if u, err := url.Parse(header(d.m.header, h)); err == nil {
			hosts = append(hosts, u.Host)
		}
	}
	forwardedPort := header(d.m.header, "X-Forwarded-Port")
	hosts = append(hosts, joinPort(name, forwardedPort))
	for _, other := range [...]string{
		"localhost", "127.0.0.1", "[::1]", "0.0.0.0", "host.docker.internal",
		"s3.amazonaws.com", "s3." + d.p.Region + ".amazonaws.com",
	} {
		hosts = append(hosts, joinPort(other, port), other)
	}
	var good []string
	for _, h := range hosts {
		if h != "" && h != d.m.host {
			good = append(good, h)
		}
	}
	return good
}

func splitPort(host string) (name, port string) {
	name, port, err := net.SplitHostPort(host)
	if err != nil {
		return host, ""
	}
	if strings.Contains(name, ":") {
		name = "[" + name + "]"
	}
	return name, port
}

func joinPort(name, port string) string {
	if port == "" {
		return name
	}
	return name + ":" + port
}

// forwardedHost is the host= of a Forwarded header (RFC 7239).
func forwardedHost(value string) string {
	for part := range strings.FieldsFuncSeq(value, func(r rune) bool { return r == ';' || r == ',' }) {
		if host, ok := strings.CutPrefix(strings.TrimSpace(part), "host="); ok {
			return strings.Trim(host, `"`)
		}
	}
	return ""
}

// otherPlaces tries the bucket in the host instead of the path and the other
// way round, and the path without its /~NAME or with a stripped prefix.
func (d *diagnosis) otherPlaces() string {
	first, rest, _ := strings.Cut(strings.TrimPrefix(d.m.path, "/"), "/")
	if first != "" {
		m := d.m
		m.host, m.path = first+"."+d.m.host, "/"+rest
		if d.try(m, d.k.Secret) {
			return fmt.Sprintf("signed for %s%s, arrived for %s%s", m.host, m.path, d.m.host, d.m.path)
		}
		m.host = d.m.host
		if d.try(m, d.k.Secret) {
			return fmt.Sprintf("signed for the path %s, arrived for %s", m.path, d.m.path)
		}
	}
	label, domain, found := strings.Cut(d.m.host, ".")
	if !found {
		return Unknown
	}
	m := d.m
	m.host, m.path = domain, "/"+label+d.m.path
	if d.try(m, d.k.Secret) {
		return fmt.Sprintf("signed for %s%s, arrived for %s%s", m.host, m.path, d.m.host, d.m.path)
	}
	return Unknown
}

// otherPaths tries the encodings that signers confuse.
func (d *diagnosis) otherPaths() string {
	for _, guess := range [...]struct {
		says string
		path func(dst []byte, p string) []byte
	}{
		{"as if its + were %2B, while S3 takes a + for a space: send %2B", once(escapedPlus)},
		{"cleaned of dot segments and double slashes", once(cleaned)},
		{"encoded twice", appendPathEncoded},
		{"cleaned and encoded twice, as for other services than S3", appendPathTwice},
		{"encoded once", appendPathOnce},
		{"exactly as sent", func(dst []byte, p string) []byte { return append(dst, p...) }},
		{"not encoded", appendPathDecoded},
		{"without the slash at its end", once(func(p string) string { return rooted(strings.TrimSuffix(p, "/")) })},
		{"with a slash at its end", once(func(p string) string { return p + "/" })},
	} {
		f := d.p.form(d.p.payloadFor(d.k))
		f.path = guess.path
		if d.tryForm(d.m, d.k.Secret, f) {
			return "signed with the path " + guess.says
		}
	}
	return Unknown
}

// once is the path, changed and then encoded as S3 wants it.
func once(change func(path string) string) func(dst []byte, path string) []byte {
	return func(dst []byte, path string) []byte { return appendPathOnce(dst, change(path)) }
}

func escapedPlus(path string) string { return strings.ReplaceAll(path, "+", "%2B") }

func appendPathDecoded(dst []byte, p string) []byte {
	if decoded, err := url.PathUnescape(p); err == nil {
		p = decoded
	}
	return append(dst, p...)
}

// otherQuery tries the query as it was sent, and none.
func (d *diagnosis) otherQuery() string {
	f := d.p.form(d.p.payloadFor(d.k))
	if d.p.Location == Header && d.m.query != "" {
		f.rawSort = true
		if d.tryForm(d.m, d.k.Secret, f) {
			return "signed with the query as sent, neither sorted nor encoded"
		}
		m := d.m
		m.query = ""
		if d.tryForm(m, d.k.Secret, f) {
			return "signed without the query"
		}
	}
	return Unknown
}

// otherHeaders leaves each signed header out in turn, then only its value.
func (d *diagnosis) otherHeaders() string {
	for _, name := range d.p.SignedHeaders {
		f := d.p.form(d.p.payloadFor(d.k))
		f.without = name
		if d.tryForm(d.m, d.k.Secret, f) {
			return "signed without the header " + name
		}
		if f.blank = true; d.tryForm(d.m, d.k.Secret, f) {
			return fmt.Sprintf("signed with the header %s empty, arrived with it set", name)
		}
	}
	return Unknown
}

// otherPayloads tries what signers put on the last line when they disagree with
// their own header.
func (d *diagnosis) otherPayloads() string {
	for _, payload := range [...]string{
		UnsignedPayload, emptySHA256, StreamingUnsignedTrailer, StreamingPayload, StreamingPayloadTrailer,
	} {
		if payload != d.p.payloadFor(d.k) && d.tryForm(d.m, d.k.Secret, d.p.form(payload)) {
			if payload == emptySHA256 {
				return "signed with the hash of an empty body"
			}
			return "signed with the payload " + payload
		}
	}
	return Unknown
}

// otherResources tries SigV2's resource with the bucket elsewhere, and with
// the /~NAME of the path that does not belong to it.
func (d *diagnosis) otherResources() string {
	want := d.k.Resource
	if want == "" {
		want = d.m.path
	}
	label, _, _ := strings.Cut(d.m.host, ".")
	_, rest, _ := strings.Cut(strings.TrimPrefix(d.m.path, "/"), "/")
	guesses := []string{d.m.path, "/" + rest, "/" + label + d.m.path, cleaned(want)}
	if decoded, err := url.PathUnescape(want); err == nil {
		guesses = append(guesses, decoded)
	}
	for _, resource := range guesses {
		if resource != want && d.tryV2(d.m, d.k.Secret, resource) {
			return fmt.Sprintf("signed for the resource %s, arrived for %s", resource, want)
		}
	}
	return Unknown
}

// otherHeadersV2 leaves each header that V2 signs out in turn.
func (d *diagnosis) otherHeadersV2() string {
	for key := range d.m.header {
		name := strings.ToLower(key)
		if name != "content-type" && name != "content-md5" && !strings.HasPrefix(name, "x-amz-") {
			continue
		}
		m := d.m
		m.header = d.m.header.Clone()
		delete(m.header, key)
		if d.try(m, d.k.Secret) {
			return "signed without the header " + name
		}
	}
	return Unknown
}
