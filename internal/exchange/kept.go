package exchange

import (
	"encoding/binary"
	"net/http"
	"strings"
	"sync"

	"github.com/s3fault/s3fault/authz"
	"github.com/s3fault/s3fault/internal/fault"
	"github.com/s3fault/s3fault/journal"
	"github.com/s3fault/s3fault/policy"
)

// tale is all that is told of a request, on its way into a record and out of it.
type tale struct {
	entry     journal.Entry // but for what header says
	asked     fault.Request // but for HTTP
	header    http.Header
	questions []*authz.Request

	shape []byte
	texts []string
	names []string
}

// The texts that every request has, in this order. Its headers follow, and its questions.
const (
	worldText = iota
	methodText
	hostText
	pathText
	queryText
	sourceText
	callerText
	principalText
	serviceText
	operationText
	bucketText
	keyText
	pointText
	uploadText
	codeText
	messageText
	forBucketText // as rules see it, where that is another than the entry's; and the same of the key
	forKeyText
	plainTexts // how many they are
)

// plain are those texts as fields.
func (t *tale) plain() [plainTexts]*string {
	e := &t.entry
	return [plainTexts]*string{
		worldText: &e.World, methodText: &e.Method, hostText: &e.Host, pathText: &e.Path, queryText: &e.Query,
		sourceText: &e.SourceIP, callerText: &e.Caller, principalText: &e.Principal, serviceText: &e.Service,
		operationText: &e.Operation, bucketText: &e.Bucket, keyText: &e.Key, pointText: &e.AccessPoint,
		uploadText: &t.asked.Upload, codeText: &e.Code, messageText: &e.Message,
		forBucketText: &t.asked.Bucket, forKeyText: &t.asked.Key,
	}
}

// tales are those that nobody tells any more.
var tales = sync.Pool{New: func() any { return new(tale) }}

// mostTexts bounds what a tale is kept with for the next.
const mostTexts = 256

func (t *tale) release() {
	if cap(t.texts) > mostTexts {
		return
	}
	clear(t.texts[:cap(t.texts)])
	clear(t.names[:cap(t.names)])
	*t = tale{shape: t.shape[:0], texts: t.texts[:0], names: t.names[:0]}
	tales.Put(t)
}

// read lists the texts, and notes in the shape how many of each there are.
func (t *tale) read() {
	others := 1
	if t.asked.Bucket == t.entry.Bucket && t.asked.Key == t.entry.Key {
		t.asked.Bucket, t.asked.Key, others = "", "", 0
	}
	t.count(others)
	for _, text := range t.plain() {
		t.texts = append(t.texts, *text)
	}
	t.names = headerNames(t.names[:0], t.header)
	t.count(len(t.names))
	for _, name := range t.names {
		t.count(len(t.header[name]))
		t.texts = append(append(t.texts, name), t.header[name]...)
	}
	for _, q := range t.questions {
		t.ask(q)
	}
}

func (t *tale) count(n int) { t.shape = binary.AppendUvarint(t.shape, uint64(n)) }

// ask lists the texts of a question.
func (t *tale) ask(q *authz.Request) {
	t.texts = append(t.texts, q.Action, q.Resource)
	t.count(q.Context.Len())
	for name, values := range q.Context.Unsorted() {
		t.count(len(values))
		t.texts = append(append(t.texts, name), values...)
	}
}

// sample is one of the tale, which stays.
func (t *tale) sample(of *Samples) *sample {
	s := &sample{of: of, operation: t.asked.Operation, shape: string(t.shape), texts: make([]string, len(t.texts))}
	for i, text := range t.texts {
		s.texts[i] = strings.Clone(text) // it may be part of a longer one
	}
	for _, q := range t.questions {
		bare := *q
		bare.Action, bare.Resource, bare.Context = "", "", nil
		s.questions = append(s.questions, &bare)
	}
	return s
}

// kept is a request in what it has otherwise than a sample: its ids; its part; and then, for each
// of its texts that is another, how many were passed over, how many bytes it begins like the
// sample's, and the rest of it.
type kept struct {
	like   *sample
	packed string
}

// keep packs a tale. bytes is what it takes.
func (t *tale) keep(among *Samples) (k kept, bytes int) {
	t.read()
	like, bytes := among.find(t)
	var room [1 << 10]byte
	b := appendText(room[:0], t.entry.RequestID)
	b = appendText(b, t.entry.HostID)
	b = binary.AppendUvarint(b, uint64(t.asked.Part))
	passed := 0
	for i, text := range t.texts {
		known := like.texts[i]
		if text == known {
			passed++
			continue
		}
		n := common(text, known)
		b = binary.AppendUvarint(b, uint64(passed))
		b = binary.AppendUvarint(b, uint64(n))
		b = appendText(b, text[n:])
		passed = 0
	}
	return kept{like, string(b)}, bytes + len(b)
}

func appendText(b []byte, text string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(text))), text...)
}

// common is how many bytes two texts begin alike.
func common(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

// unpacking is what is left of a packed request.
type unpacking string

func (u *unpacking) number() int {
	var n uint64
	for shift := 0; len(*u) > 0; shift += 7 {
		c := (*u)[0]
		*u = (*u)[1:]
		if n |= uint64(c&0x7f) << shift; c < 0x80 {
			break
		}
	}
	return int(n)
}

func (u *unpacking) text() string {
	n := min(u.number(), len(*u))
	text := (*u)[:n]
	*u = (*u)[n:]
	return string(text)
}

// id is that of the request.
func (k kept) id() string {
	u := unpacking(k.packed)
	return u.text()
}

// otherwise gives each text that is not the sample's, with its place.
func (k kept) otherwise(u unpacking, yield func(i int, text string) bool) {
	for i := 0; len(u) > 0; i++ {
		i += u.number()
		begins, rest := u.number(), u.text()
		if begins > 0 {
			rest = k.like.texts[i][:begins] + rest
		}
		if !yield(i, rest) {
			return
		}
	}
}

// rest is what is packed behind the ids and the part.
func (k kept) rest() (id, host string, part int, u unpacking) {
	u = unpacking(k.packed)
	id, host, part = u.text(), u.text(), u.number()
	return id, host, part, u
}

// one is one of the plain texts.
func (k kept) one(which int) (text string) {
	text = k.like.texts[which]
	_, _, _, u := k.rest()
	k.otherwise(u, func(i int, other string) bool {
		if i == which {
			text = other
		}
		return i < which
	})
	return text
}

// tell fills a tale with what was kept.
func (k kept) tell(t *tale) {
	var u unpacking
	t.entry.RequestID, t.entry.HostID, t.asked.Part, u = k.rest()
	t.texts = append(t.texts[:0], k.like.texts...)
	k.otherwise(u, func(i int, text string) bool {
		t.texts[i] = text
		return true
	})
	for i, field := range t.plain() {
		*field = t.texts[i]
	}
	t.asked.Operation = k.like.operation
	shape, texts := unpacking(k.like.shape), t.texts[plainTexts:]
	if others := shape.number(); others == 0 {
		t.asked.Bucket, t.asked.Key = t.entry.Bucket, t.entry.Key
	}
	t.header = make(http.Header)
	for range shape.number() {
		var name string
		var values []string
		name, values, texts = named(&shape, texts)
		t.header[name] = values
	}
	for _, bare := range k.like.questions {
		q := *bare
		q.Action, q.Resource, texts = texts[0], texts[1], texts[2:]
		q.Context = policy.NewContext()
		for range shape.number() {
			var name string
			var values []string
			name, values, texts = named(&shape, texts)
			q.Context.Set(name, values...)
		}
		t.questions = append(t.questions, &q)
	}
}

// named is a name with the values that the shape gives it, and the texts that follow.
func named(shape *unpacking, texts []string) (name string, values, rest []string) {
	n := 1 + shape.number()
	return texts[0], texts[1:n:n], texts[n:]
}
