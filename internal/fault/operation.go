package fault

// Operation is what rules know of an operation of S3, or of an action of a control API.
type Operation struct {
	Service string // "iam"; empty: S3
	Name    string // as AWS names it: "PutObject"
	Class   Class
	// RequestBody and ResponseBody say whether requests for it, and its answers, have a
	// body in which something can go wrong.
	RequestBody, ResponseBody bool
}

// String is the operation as rules name it: PutObject, iam:CreateUser.
func (o Operation) String() string {
	if o.Service == "" {
		return o.Name
	}
	return o.Service + ":" + o.Name
}

// has says whether the operation has the body that the stage is about.
func (o Operation) has(s Stage) bool {
	switch s {
	case RequestBody:
		return o.RequestBody
	case ResponseBody:
		return o.ResponseBody
	}
	return true
}

// Class is the classes that an operation is in. What is a read and what a write is S3's
// own way of counting them (s3-errors.md 4).
type Class uint8

// The classes. Lists and heads are reads too, deletes are writes.
const (
	Reads Class = 1 << iota
	Writes
	Lists
	Deletes
	Heads
	everything Class = 1<<iota - 1
)

// Has says whether the two have a class in common.
func (c Class) Has(o Class) bool { return c&o != 0 }

// classes are the classes of S3's operations by name.
var classes = map[string]Class{
	"reads": Reads, "writes": Writes, "lists": Lists, "deletes": Deletes, "heads": Heads, "all": everything,
}

// Credentials is the service of the endpoints at which containers and instances get their
// keys, and the class of all its operations.
const Credentials = "credentials"

// Catalogue is all operations and errors that there are, of every service, which rules
// are held against as they are read.
type Catalogue struct {
	Operations []Operation
	// Errors are those that a control API can tell, by the name of the service. S3's are
	// the catalogue's (s3err).
	Errors map[string][]Told
}

// Told is an error as a client is told of it.
type Told struct {
	Code    string
	Status  int
	Message string
}
