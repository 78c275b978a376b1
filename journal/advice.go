package journal

import "github.com/s3fault/s3fault/authz"

// Advice is what would let a refused request pass: the best proposal, and the others in the order in
// which an expert would give them.
type Advice struct {
	Proposal
	Others []Proposal `json:"others,omitempty"`
	// Moved says how the world has changed since the request was refused, where that matters to the
	// advice; empty: it is made in the world of the request.
	Moved string `json:"moved,omitempty"`
}

// Class is what a cure asks of whom, in the order in which an expert thinks of it.
type Class string

// The classes. A proposal has that of its change that asks for most.
const (
	OfRequest Class = "request" // the request can satisfy the policies as they are
	OfValue   Class = "value"   // a value in a policy is wrong by a hair
	OfGrant   Class = "grant"   // a grant is missing
	OfGuard   Class = "guard"   // a guard has to give way
)

// Classes are all of them, in their order.
func Classes() []Class { return []Class{OfRequest, OfValue, OfGrant, OfGuard} }

// Proposal is a way to let the request pass: the fewest changes of one class, or below.
type Proposal struct {
	Class   Class    `json:"class,omitempty"` // empty: there is none
	Changes []Change `json:"changes"`
	// Patch is the patches of all changes in one; empty: the world needs none.
	Patch Patch `json:"patch,omitempty"`
	// Proved says that the request, made as the Changes have it, was put to a copy of the world with
	// the Patch, and that no layer said no. Otherwise the Changes are not enough, or cannot be tried
	// here.
	Proved bool `json:"proved"`
	// Opens are deeds beyond the request's own that the Patch lets somebody do who could not before,
	// the first of them; Opened is how many there are (a hundred: or more), Asked on how many deeds that stands.
	Opens  []Deed `json:"opens,omitempty"`
	Opened int    `json:"opened"`
	Asked  int    `json:"asked"`
}

// Change is one step. A change of the world has a Patch, one of the request a Request; what cannot be
// tried here has a Text alone.
type Change struct {
	Layer   authz.Layer `json:"layer"` // that it satisfies
	Class   Class       `json:"class"`
	Text    string      `json:"text"`
	Patch   Patch       `json:"patch,omitempty"`
	Request *Remake     `json:"request,omitempty"`
	// Wanted and Seen are what was compared, where a value is to be corrected, Corrected what should
	// stand there.
	Wanted    string `json:"wanted,omitempty"`
	Seen      string `json:"seen,omitempty"`
	Corrected string `json:"corrected,omitempty"`
	// Removes says that the change removes a guardrail.
	Removes bool `json:"removes_guardrail,omitempty"`
	// Commands are the AWS CLI's that make the change.
	Commands []string `json:"commands,omitempty"`
}

// Remake is a request made in another way; what it does not say stays as it was.
type Remake struct {
	Headers map[string]string `json:"headers,omitempty"` // by name, with their values; an empty one is not sent
	Query   map[string]string `json:"query,omitempty"`   // parameters, also of a form; an empty one is left out
	Bucket  string            `json:"bucket,omitempty"`  // for which bucket
	Key     string            `json:"key,omitempty"`     // for which object of the bucket
	Caller  string            `json:"caller,omitempty"`  // whose credentials, by the scenario file's name
	Region  string            `json:"region,omitempty"`  // for which it is signed, and to which it is sent
	// Signed says that it is signed as it should be: with a good key, for what arrives, in time.
	Signed bool `json:"signed,omitempty"`
	// Body is the document that it sends; Omitted says that it is not made at all.
	Body    string `json:"body,omitempty"`
	Omitted bool   `json:"omitted,omitempty"`
	// AuthType and Algorithm are how, as s3:authType and s3:signatureversion have it; empty: as it was.
	AuthType  string `json:"auth_type,omitempty"`
	Algorithm string `json:"algorithm,omitempty"`
}

// Deed is something that somebody might do.
type Deed struct {
	As       string `json:"as"` // a caller's name, or who else asks
	Action   string `json:"action"`
	Resource string `json:"resource"`
	// With are condition keys that the deed has in other values than the world's network and clock
	// give; one without values is absent.
	With map[string][]string `json:"with,omitempty"`
	// Grants says that who may do it can give himself the rest.
	Grants bool `json:"grants,omitempty"`
	By     *By  `json:"by,omitempty"` // what allows it
}

// By is the statement, or the setting, that allows a deed.
type By struct {
	Layer     authz.Layer `json:"layer"`
	Policy    string      `json:"policy,omitempty"`
	Statement string      `json:"statement,omitempty"` // its Sid, or its index
}

// Patch is a JSON merge patch of a world in the form of the scenario file.
type Patch map[string]any
