package sigv4

import (
	"crypto/hmac"
	"net/http"
	"slices"
	"strings"
)

// Clues are what a server knows that a request may have been signed with, or for,
// instead of what arrived.
type Clues struct {
	Secrets []Candidate
	// Hosts are other names of this server ("s3.example.com:9000"), Prefixes what a proxy
	// may have taken off a path, such as the names of buckets ("my-bucket").
	Hosts, Prefixes []string
}

// Candidate is another secret that a request may have been signed with, by a
// name that a person knows it by.
type Candidate struct {
	Name, Secret string
}

// Diagnosis is what a signature that does not match was made for.
type Diagnosis struct {
	Text string // "signed for a:9000, arrived for b:9000"; Unknown: no guess fits
	Cure string // what to change, in a sentence
	// Signed is the value that was signed, Arrived the one that came; both empty: it is no
	// matter of one value.
	Signed, Arrived string
}

// Unknown is what Diagnose says where none of its guesses fits.
const Unknown = "unknown"

var unknown = Diagnosis{
	Text: Unknown, Cure: "compare the canonical request that the answer tells with the one that the client logs.",
}

// Diagnose looks for the reason of a mismatch: it signs the request again in
// a bounded list of other ways and names the one that gives the signature
// presented, such as "signed for a:9000, arrived for b:9000". It is for people
// who ask why, after Verify has refused with SignatureDoesNotMatch; it
// never makes a request good, and reads no body.
func (p *Presented) Diagnose(r *http.Request, k Key, clues Clues) Diagnosis {
	clues.Hosts = clues.Hosts[:min(len(clues.Hosts), maxClues)]
	clues.Prefixes = clues.Prefixes[:min(len(clues.Prefixes), maxClues)]
	d := &diagnosis{p: p, k: k, clues: clues, keys: map[string][]byte{}}
	switch {
	case p.Location == FormFields:
		return d.first(d.tryForm, d.secrets)
	case p.Scheme == V2:
		d.m = messageOf(r)
		return d.first(d.tryV2, d.secrets, d.methods, d.resources, d.headersV2)
	}
	d.m = messageOf(r)
	found := d.first(d.tryV4, d.secrets, d.methods, d.hosts, d.places, d.prefixes, d.paths, d.queries,
		d.leftOut, d.values, d.payloads, d.scopes, d.times)
	if found == unknown && !d.spent() {
		found = d.firstPair()
	}
	if found == unknown {
		return d.absent()
	}
	return found
}

// absent names the signed headers that did not arrive, whatever they were signed with; Unknown: all did.
func (d *diagnosis) absent() Diagnosis {
	gone := slices.DeleteFunc(slices.Clone(d.p.SignedHeaders), func(name string) bool {
		return name == "" || len(d.canonical(name)) > 0 || len(d.m.values(name)) > 0
	})
	if len(gone) == 0 {
		return unknown
	}
	names := told(strings.Join(gone, ", "))
	return Diagnosis{
		Text: "signed with " + names + ", arrived without",
		Cure: "send " + names + ", with the value that was signed, or sign without.",
	}
}

// What one diagnosis may cost: clues of a kind, signatures, and bytes that are hashed for
// them.
const (
	maxClues       = 50
	maxGuesses     = 1200
	maxGuessedSize = 8 << 20
)

type diagnosis struct {
	p     *Presented
	k     Key
	m     message // as it arrived; none of a form
	clues Clues

	keys           map[string][]byte // derived, by scope and secret
	guessed, bytes int
}

// signing is what a signature is computed over.
type signing struct {
	p        Presented
	m        message
	f        form
	secret   string
	resource string // V2
}

// guess is one way in which what was signed may differ from what arrived.
type guess struct {
	Diagnosis
	alter func(*signing)
}

// asArrived is what Verify computes the signature over.
func (d *diagnosis) asArrived() signing {
	return signing{p: *d.p, m: d.m, f: d.p.form(d.p.payloadFor(d.k)), secret: d.k.Secret, resource: d.k.Resource}
}

// first is the first guess that fits.
func (d *diagnosis) first(fits func(*signing) bool, families ...func() []guess) Diagnosis {
	for _, family := range families {
		for _, g := range family() {
			s := d.asArrived()
			if g.alter(&s); fits(&s) {
				return g.Diagnosis
			}
			if d.spent() {
				return unknown
			}
		}
	}
	return unknown
}

// firstPair is the first that fits of what a proxy does that changes the address and a
// header. There are very many: one is put into words if it fits.
func (d *diagnosis) firstPair() Diagnosis {
	headers := d.values()
	for _, place := range slices.Concat(d.hosts(), d.prefixes()) {
		for _, h := range headers {
			s := d.asArrived()
			place.alter(&s)
			if h.alter(&s); d.tryV4(&s) {
				return Diagnosis{Text: place.Text + "; and " + h.Text, Cure: place.Cure + " And " + h.Cure}
			}
			if d.spent() {
				return unknown
			}
		}
	}
	return unknown
}

func (d *diagnosis) spent() bool { return d.guessed >= maxGuesses || d.bytes >= maxGuessedSize }

// count notes what a guess has cost.
func (d *diagnosis) count(size int) {
	d.guessed++
	d.bytes += size
}

func (d *diagnosis) tryV4(s *signing) bool {
	c := scratches.Get().(*scratch)
	defer c.release()
	c.appendCanonical(&s.m, &s.p, s.f)
	c.appendStringToSign(&s.p)
	d.count(len(c.canonical))
	signature := sign(d.key(s), c.toSign)
	return d.is(string(signature[:]))
}

func (d *diagnosis) tryV2(s *signing) bool {
	for _, toSign := range s.p.stringsToSignV2(&s.m, s.resource) {
		if d.count(len(toSign)); d.is(signV2(s.secret, toSign)) {
			return true
		}
	}
	return false
}

func (d *diagnosis) tryForm(s *signing) bool {
	d.count(len(s.p.policy))
	return d.is(s.p.formSignature(s.secret))
}

func (d *diagnosis) is(signature string) bool {
	return hmac.Equal([]byte(signature), []byte(d.p.Signature))
}

// key is the derived key of what is guessed, which most guesses share.
func (d *diagnosis) key(s *signing) []byte {
	id := strings.Join([]string{s.p.Date, s.p.Region, s.p.Service, s.secret}, "\x00")
	if d.keys[id] == nil {
		d.keys[id] = deriveKey(s.secret, s.p.Date, s.p.Region, s.p.Service)
	}
	return d.keys[id]
}

// told is a value as a diagnosis has it.
func told(value string) string {
	const most = 200
	switch {
	case value == "":
		return "empty"
	case len(value) > most:
		return value[:most] + "..."
	}
	return value
}
