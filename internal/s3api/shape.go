package s3api

// Shape is how a request for an operation looks, for those who make requests.
type Shape struct {
	Method      string
	Bucket, Key bool   // whether the path names them
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
