package ec2

// listing is how a describe call asks for things of one kind.
type listing[T any] struct {
	ids     []string
	called  string // the parameter of the ids
	filters []filter
	size    *int
	token   string
	most    int
	dryRun  bool
	id      func(T) string
	missing func(string) error
	known   attributes[T]
	tags    func(T) map[string]string
}

// listed is the piece of the things that is asked for, which are in order of id, and the token
// of the next.
func listed[T any](all []T, in listing[T]) ([]T, string, error) {
	if err := notBoth(in.ids, in.called, in.size); err != nil {
		return nil, "", err
	}
	all, err := named(in.ids, all, in.id, in.missing)
	if err != nil {
		return nil, "", err
	}
	if all, err = matching(all, in.filters, in.known, in.tags); err != nil {
		return nil, "", err
	}
	all, next, err := page(all, in.id, piece{least: 5, most: in.most, size: in.size, token: in.token})
	if err == nil {
		err = dryRun(in.dryRun)
	}
	return all, next, err
}

// noTags are those of things that have none.
func noTags[T any](T) map[string]string { return nil }
