package s3api

// target is what a path names.
type target int

const (
	onService target = iota
	onBucket
	onObject
)

func (t target) String() string {
	return [...]string{onService: "SERVICE", onBucket: "BUCKET", onObject: "OBJECT"}[t]
}

// match says how a request for an operation looks.
type match struct {
	method string
	on     target
	query  string // a parameter that must be there, with any value; empty: none of the selectors may be
	value  string // the value that it must have; empty: any
	header string // an x-amz- header that must be there too
	with   string // a parameter that must be there too
}

func service(method string) match { return match{method: method, on: onService} }

func bucket(method, query string) match { return match{method: method, on: onBucket, query: query} }

func object(method, query string) match { return match{method: method, on: onObject, query: query} }

func (m match) valued(value string) match {
	m.value = value
	return m
}

func (m match) headed(header string) match {
	m.header = header
	return m
}

func (m match) beside(parameter string) match {
	m.with = parameter
	return m
}

// Shape is how a request for an operation looks, for those who make requests.
type Shape struct {
	Method      string
	Bucket, Key bool   // whether the path names them
	MayHaveKey  bool   // whether the path may name a key, and need not
	Parameter   string // the parameter that chooses the operation; empty: none
	Value       string // its value; may be empty
	With        string // a parameter that must be there too, with any value; empty: none
}

// Shape reads the operation's row.
func (o *Operation) Shape() Shape {
	return Shape{
		Method: o.match.method, Bucket: o.match.on != onService, Key: o.match.on == onObject,
		Parameter: o.match.query, Value: o.match.value, With: o.match.with,
	}
}

// Shapes are the shapes of all operations, by name.
func Shapes() map[string]Shape {
	all := make(map[string]Shape, len(table))
	for _, o := range table {
		s := o.Shape()
		if was, ok := all[o.Name]; ok && was.Key != s.Key {
			s.Bucket, s.Key, s.MayHaveKey = true, false, true
		}
		all[o.Name] = s
	}
	return all
}
