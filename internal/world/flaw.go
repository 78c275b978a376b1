package world

// Flaw is why a configuration is none that a bucket can have.
type Flaw struct {
	// Words are S3's; of one that is Malformed they are ours.
	Words string
	// Malformed says that S3 says no more of it than MalformedXML.
	Malformed bool
	// Argument and Value name what is wrong where S3 calls it an InvalidArgument; empty:
	// S3 calls it an InvalidRequest.
	Argument, Value string
	// Unnamed: S3 calls it an InvalidArgument, and names none.
	Unnamed bool
}

func malformed(words string) *Flaw { return &Flaw{Words: words, Malformed: true} }
