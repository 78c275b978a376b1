package fault

import (
	"net/http"
	"testing"
)

func TestGlob(t *testing.T) {
	for _, row := range []struct {
		glob  Glob
		text  string
		match bool
	}{
		{"a", "a", true}, {"a", "b", false}, {"a", "ab", false}, {"ab", "a", false},
		{"*", "", true}, {"*", "abc", true}, {"*", "a/b", false}, {"**", "a/b/c", true}, {"**", "", true},
		{"logs/*", "logs/a", true}, {"logs/*", "logs/a/b", false}, {"logs/*", "logs/", true}, {"logs/*", "log", false},
		{"logs/**", "logs/a/b", true}, {"logs/**", "logs", false},
		{"*.txt", "a.txt", true}, {"*.txt", "a/b.txt", false}, {"**.txt", "a/b.txt", true}, {"**/*.txt", "a/b/c.txt", true},
		{"**/x/*/y", "a/x/b/x/c/y", true}, {"**/x/*/y", "a/x/b/c/y", false},
		{"a*b*c", "aXbYbZc", true}, {"a*b*c", "ab/bc", false},
		{"*a*/b*", "xaxa/bb", true}, {"**a/*", "a/a/a", true}, {"ä*", "äö", true}, {"a?", "ab", false},
	} {
		if got := row.glob.Match(row.text); got != row.match {
			t.Errorf("%q matches %q: %v", row.glob, row.text, got)
		}
	}
}

// A pattern of many stars is held against a long text in the time that it takes to read.
func TestGlobOfManyStars(t *testing.T) {
	text := make([]byte, 1<<12)
	for i := range text {
		text[i] = 'a'
	}
	if Glob("*a*a*a*a*a*a*a*a*a*a*a*b").Match(string(text)) {
		t.Error("it matches")
	}
}

func TestMatch(t *testing.T) {
	for name, row := range map[string]struct {
		match, operation string
		edit             func(*Request)
		want             bool
	}{
		"nothing is asked":            {"{}", "PutObject", nil, true},
		"S3 alone":                    {"{}", "iam:CreateUser", nil, false},
		"a name":                      {"{operation: PutObject}", "PutObject", nil, true},
		"another name":                {"{operation: PutObject}", "GetObject", nil, false},
		"a glob":                      {"{operation: '*Multipart*'}", "CompleteMultipartUpload", nil, true},
		"a list":                      {"{operation: [GetObject, PutObject]}", "PutObject", nil, true},
		"reads":                       {"{operation: reads}", "HeadObject", nil, true},
		"reads are no writes":         {"{operation: reads}", "PutObject", nil, false},
		"heads":                       {"{operation: heads}", "GetObject", nil, false},
		"deletes are writes":          {"{operation: writes}", "DeleteObject", nil, true},
		"lists":                       {"{operation: lists}", "ListBuckets", nil, true},
		"all":                         {"{operation: all}", "DeleteObject", nil, true},
		"all of S3":                   {"{operation: all}", "kms:Decrypt", nil, false},
		"a control API":               {"{operation: 'iam:*'}", "iam:GetUser", nil, true},
		"another control API":         {"{operation: 'iam:*'}", "kms:Decrypt", nil, false},
		"a control API's action":      {"{operation: iam:CreateUser}", "iam:GetUser", nil, false},
		"the bucket":                  {"{bucket: 'my-*'}", "PutObject", nil, true},
		"another bucket":              {"{bucket: 'your-*'}", "PutObject", nil, false},
		"the key":                     {"{key: 'a/*'}", "PutObject", func(r *Request) { r.Key = "a/b" }, true},
		"no key":                      {"{key: '**'}", "ListBuckets", func(r *Request) { r.Key = "" }, false},
		"the caller":                  {"{caller: app}", "PutObject", nil, true},
		"nobody":                      {"{caller: anonymous}", "PutObject", func(r *Request) { r.Caller = Anonymous }, true},
		"somebody":                    {"{caller: anonymous}", "PutObject", nil, false},
		"the method":                  {"{method: PUT}", "PutObject", nil, true},
		"another method":              {"{method: GET}", "PutObject", nil, false},
		"a header":                    {"{header: {X-TEST: 'a*'}}", "PutObject", with("x-test", "abc"), true},
		"another header":              {"{header: {x-test: 'a*'}}", "PutObject", with("x-test", "b"), false},
		"no header":                   {"{header: {x-test: '**'}}", "PutObject", nil, false},
		"the part":                    {"{part: 3}", "UploadPart", func(r *Request) { r.Part = 3 }, true},
		"a part in the range":         {"{part: 2-5}", "UploadPart", func(r *Request) { r.Part = 5 }, true},
		"a part out of the range":     {"{part: 2-5}", "UploadPart", func(r *Request) { r.Part = 6 }, false},
		"no part":                     {"{part: 1-10000}", "PutObject", nil, false},
		"a ranged read":               {"{range: true}", "GetObject", with("Range", "bytes=0-1"), true},
		"a whole read":                {"{range: true}", "GetObject", nil, false},
		"the second attempt":          {"{attempt: 2}", "GetObject", with("amz-sdk-request", "attempt=2; max=3"), true},
		"the second, told at last":    {"{attempt: 2}", "GetObject", with("amz-sdk-request", "ttl=1;attempt=2"), true},
		"the first attempt":           {"{attempt: 2}", "GetObject", with("amz-sdk-request", "attempt=1; max=3"), false},
		"an attempt that is not told": {"{attempt: 1}", "GetObject", nil, false},
		"all that is given":           {"{operation: PutObject, key: b}", "PutObject", nil, false},
	} {
		p := planOf(t, "[{match: "+row.match+", effect: pass}]")
		r := request(t, row.operation, "a")
		if row.edit != nil {
			row.edit(r)
		}
		if got := (&Counts{}).Meet(p, r) != nil; got != row.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func with(name, value string) func(*Request) {
	return func(r *Request) { r.HTTP.Header = http.Header{http.CanonicalHeaderKey(name): {value}} }
}
