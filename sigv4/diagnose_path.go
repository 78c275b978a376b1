package sigv4

import (
	"net/url"
	"strings"
)

const cureEncoding = "sign S3's canonical form: each byte but letters, digits, -._~ and the slashes of a path as %XX " +
	"in upper case, once; and have nothing decode or encode it on the way."

// paths tries the encodings that signers confuse, and what proxies make of paths.
func (d *diagnosis) paths() (all []guess) {
	as := func(says string, path func(dst []byte, p string) []byte) {
		all = append(all, guess{Diagnosis{Text: "signed with the path " + says, Cure: cureEncoding},
			func(s *signing) { s.f.path = path }})
	}
	as("as if its + were %2B, while S3 takes a + for a space: send %2B", once(replaced("+", "%2B")))
	as("cleaned of dot segments and double slashes", once(cleaned))
	as("encoded twice", appendPathEncoded)
	as("cleaned and encoded twice, as for other services than S3", appendPathTwice)
	as("encoded once", appendPathOnce)
	as("exactly as sent", func(dst []byte, p string) []byte { return append(dst, p...) })
	as("once, and it arrived encoded a second time", once(decodedOnce))
	as("not encoded", appendPathDecoded)
	as("with %XX in lower case", func(dst []byte, p string) []byte {
		return append(dst, lowerEscapes(string(appendPathOnce(nil, p)))...)
	})
	as("without the slash at its end", once(func(p string) string { return rooted(strings.TrimSuffix(p, "/")) }))
	as("with a slash at its end", once(func(p string) string { return p + "/" }))
	as("with + where %20 arrived", func(dst []byte, p string) []byte {
		return appendPathWithPlus(dst, strings.ReplaceAll(p, "%20", "+"))
	})
	as("with %2B where %20 arrived: something took a + for a space", once(replaced("%20", "%2B")))
	as("with + as it is, where %2B arrived", func(dst []byte, p string) []byte {
		return appendPathWithPlus(dst, plusAs("+")(p))
	})
	as("with %20 where %2B arrived", once(plusAs("%20")))
	for _, i := range slashes(d.m.path) {
		as("with a double slash, of which one arrived", exactly(d.m.path[:i]+"/"+d.m.path[i:]))
		as("with %2F, which arrived as a slash", exactly(d.m.path[:i]+"%2F"+d.m.path[i+1:]))
	}
	if _, rest, ok := strings.Cut(strings.TrimPrefix(d.m.path, "/"), "/"); ok {
		bucket := strings.TrimSuffix(d.m.path, rest)
		as("with %2F in the key, which arrived as slashes", exactly(bucket+strings.ReplaceAll(rest, "/", "%2F")))
	}
	return all
}

// slashes are the places of a path's slashes, but for the one that it begins with.
func slashes(path string) (all []int) {
	const most = 16
	for i := 1; i < len(path) && len(all) < most; i++ {
		if path[i] == '/' {
			all = append(all, i)
		}
	}
	return all
}

// once is the path, changed and then encoded as S3 wants it.
func once(change func(path string) string) func(dst []byte, path string) []byte {
	return func(dst []byte, path string) []byte { return appendPathOnce(dst, change(path)) }
}

// exactly is another path, encoded as S3 wants it.
func exactly(path string) func(dst []byte, _ string) []byte {
	return once(func(string) string { return path })
}

func replaced(old, by string) func(string) string {
	return func(text string) string { return strings.ReplaceAll(text, old, by) }
}

// plusAs has something else where a text has an encoded +.
func plusAs(by string) func(string) string { return strings.NewReplacer("%2B", by, "%2b", by).Replace }

func appendPathDecoded(dst []byte, p string) []byte {
	return append(dst, decodedOnce(p)...)
}

// decodedOnce is the path with its %XX decoded; where they cannot be, as it is.
func decodedOnce(p string) string {
	if decoded, err := url.PathUnescape(p); err == nil {
		return decoded
	}
	return p
}

// lowerEscapes is a text with its %XX as %xx.
func lowerEscapes(text string) string {
	b := []byte(text)
	for i := 0; i+2 < len(b); i++ {
		if b[i] == '%' {
			copy(b[i+1:i+3], strings.ToLower(text[i+1:i+3]))
			i += 2
		}
	}
	return string(b)
}

// queries tries the query as it was sent, with a parameter less or more, and in the
// encodings that signers confuse.
func (d *diagnosis) queries() (all []guess) {
	as := func(says, cure string, alter func(*signing)) {
		all = append(all, guess{Diagnosis{Text: "signed " + says, Cure: cure}, alter})
	}
	with := func(says, cure, query string) {
		if query != d.m.query {
			as(says, cure, func(s *signing) { s.m.query = query })
		}
	}
	if d.p.Location == Header && d.m.query != "" {
		as("with the query as sent, neither sorted nor encoded", cureEncoding, func(s *signing) { s.f.rawSort = true })
		with("without the query", "sign the query with the rest.", "")
	}
	const cureParameters = "have nothing add or drop parameters of the query on the way, or sign what arrives."
	for _, part := range parts(d.m.query) {
		name, _, _ := strings.Cut(part, "=")
		with("without the parameter "+name+", which arrived", cureParameters, without(d.m.query, part))
		with("with the parameter "+name+" empty", cureParameters, strings.Replace(d.m.query, part, name+"=", 1))
	}
	for _, id := range operations {
		more := strings.TrimPrefix(d.m.query+"&x-id="+id, "&")
		with("with the parameter x-id="+id+", which did not arrive", cureParameters, more)
	}
	const curePlus = "send a space as %20 and a + as %2B: S3 reads a bare + as a space."
	with("with %2B where + arrived in the query", curePlus, strings.ReplaceAll(d.m.query, "+", "%2B"))
	with("with %2B where %20 arrived in the query", curePlus, strings.ReplaceAll(d.m.query, "%20", "%2B"))
	with("with %20 where %2B arrived in the query", curePlus, plusAs("%20")(d.m.query))
	with("with the query encoded twice", cureEncoding, strings.ReplaceAll(d.m.query, "%", "%25"))
	once := strings.ReplaceAll(d.m.query, "%25", "%")
	with("with the query once encoded, and it arrived encoded a second time", cureEncoding, once)
	return all
}

// operations are those that the AWS SDK for JavaScript names in x-id, which S3 has no use
// for and which things on the way drop.
var operations = [...]string{
	"GetObject", "PutObject", "DeleteObject", "UploadPart", "CopyObject", "UploadPartCopy", "AbortMultipartUpload",
	"ListParts", "ListBuckets", "ListObjects",
}

// parts are the parameters of a query, the first ones, but for the signature.
func parts(query string) (all []string) {
	const most = 32
	for part := range strings.SplitSeq(query, "&") {
		if part != "" && len(all) < most && !strings.HasPrefix(part, "X-Amz-Signature=") {
			all = append(all, part)
		}
	}
	return all
}

// without is a query without one of its parameters.
func without(query, part string) string {
	var rest []string
	for p := range strings.SplitSeq(query, "&") {
		if p != part {
			rest = append(rest, p)
		}
	}
	return strings.Join(rest, "&")
}
