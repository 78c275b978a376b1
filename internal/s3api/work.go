package s3api

// work is what a handler keeps between attempts: a body can be read only once,
// so what it gave outlives the attempt that finds the world moved.
type work struct {
	// upload is the body, once it is in the store.
	upload *upload
	// digested is what reading the source of a copy gave.
	digested *digested
	// removed is what has come of entries of a DeleteObjects, by their place in the list:
	// an attempt that is made again does not make a second delete marker.
	removed map[int]removal
	lack    lack
	// refused are the keys of a DeleteObjects that it tells an error of, with the code.
	refused map[string]string
	// deleted is what became of all entries, for a world that has trails.
	deleted []deletedEntry
}

// deletedEntry is an entry of a DeleteObjects as CloudTrail tells of it.
type deletedEntry struct{ key, version, code, message string }

// Close frees what the call put into the store and did not commit. Call it when
// the last attempt is over, however it went.
func (c *Call) Close() {
	if c.upload != nil {
		c.upload.staged.Discard()
	}
}
