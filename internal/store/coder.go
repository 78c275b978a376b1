package store

import (
	"errors"
	"maps"
	"slices"
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/s3fault/s3fault/internal/store/blob"
)

// coder writes records as messages of numbered fields, or reads them: a type says once which
// fields it has, in ascending order. Fields that are zero are left out. The form is that of
// protocol buffers, so that fields can be added.
type coder struct {
	out     []byte
	in      []byte
	reading bool
	blob    func(blob.ID) *Blob // that of an id, in a record that is read
	err     error
}

var errRecord = errors.New("store: what is written is no record")

// next says whether the message goes on with the field, and goes past its tag.
func (c *coder) next(n protowire.Number, t protowire.Type) bool {
	if c.err != nil || len(c.in) == 0 {
		return false
	}
	number, of, size := protowire.ConsumeTag(c.in)
	switch {
	case size < 0 || number == n && of != t:
		c.err = errRecord
		return false
	case number != n:
		return false
	}
	c.in = c.in[size:]
	return true
}

// at says whether the message goes on with the field.
func (c *coder) at(n protowire.Number) bool {
	if c.err != nil || len(c.in) == 0 {
		return false
	}
	number, _, size := protowire.ConsumeTag(c.in)
	return size >= 0 && number == n
}

// took goes past what was read, of size bytes; less than 0: it could not be.
func (c *coder) took(size int) bool {
	if size < 0 {
		c.err = errRecord
		return false
	}
	c.in = c.in[size:]
	return true
}

// end is the error of what was read; there is nothing behind it.
func (c *coder) end() error {
	if c.err == nil && len(c.in) > 0 {
		c.err = errRecord
	}
	return c.err
}

func (c *coder) unsigned(n protowire.Number, v *uint64) {
	if !c.reading {
		if *v != 0 {
			c.out = protowire.AppendVarint(protowire.AppendTag(c.out, n, protowire.VarintType), *v)
		}
		return
	}
	if c.next(n, protowire.VarintType) {
		read, size := protowire.ConsumeVarint(c.in)
		if c.took(size) {
			*v = read
		}
	}
}

func (c *coder) number(n protowire.Number, v *int64) {
	u := protowire.EncodeZigZag(*v)
	c.unsigned(n, &u)
	*v = protowire.DecodeZigZag(u)
}

func (c *coder) int(n protowire.Number, v *int) {
	i := int64(*v)
	c.number(n, &i)
	*v = int(i)
}

func (c *coder) flag(n protowire.Number, v *bool) {
	var u uint64
	if *v {
		u = 1
	}
	c.unsigned(n, &u)
	*v = u != 0
}

func (c *coder) text(n protowire.Number, v *string) {
	if !c.reading {
		if *v != "" {
			c.out = protowire.AppendString(protowire.AppendTag(c.out, n, protowire.BytesType), *v)
		}
		return
	}
	if b, ok := c.bytes(n); ok {
		*v = string(b)
	}
}

// bytes reads a field of bytes; false: there is none.
func (c *coder) bytes(n protowire.Number) ([]byte, bool) {
	if !c.next(n, protowire.BytesType) {
		return nil, false
	}
	b, size := protowire.ConsumeBytes(c.in)
	return b, c.took(size)
}

// time is an instant, as seconds and nanoseconds.
func (c *coder) time(n protowire.Number, v *time.Time) {
	c.message(n, !v.IsZero(), func(c *coder) {
		seconds, nanos := v.Unix(), int64(v.Nanosecond())
		if c.reading {
			seconds, nanos = 0, 0
		}
		c.number(1, &seconds)
		c.number(2, &nanos)
		if c.reading {
			*v = time.Unix(seconds, nanos).UTC()
		}
	})
}

// message is a message within this one. It is written where it is there, and read where it was.
func (c *coder) message(n protowire.Number, there bool, fields func(*coder)) {
	if !c.reading {
		if there {
			inner := coder{}
			fields(&inner)
			c.out = protowire.AppendBytes(protowire.AppendTag(c.out, n, protowire.BytesType), inner.out)
		}
		return
	}
	b, ok := c.bytes(n)
	if !ok {
		return
	}
	behind := c.in
	c.in = b
	fields(c)
	c.err = c.end()
	c.in = behind
}

// list is any number of messages.
func list[T any](c *coder, n protowire.Number, all *[]T, fields func(*T, *coder)) {
	if !c.reading {
		for i := range *all {
			c.message(n, true, func(c *coder) { fields(&(*all)[i], c) })
		}
		return
	}
	for c.at(n) {
		*all = append(*all, *new(T))
		one := &(*all)[len(*all)-1]
		c.message(n, true, func(c *coder) { fields(one, c) })
	}
}

// entry is one of a map.
type entry[V any] struct {
	key   string
	value V
}

// mapped is a map as a list, in order of the keys.
func mapped[V any](c *coder, n protowire.Number, m *map[string]V, value func(*V, *coder)) {
	if c.reading && !c.at(n) {
		return
	}
	var all []entry[V]
	if !c.reading {
		for _, key := range slices.Sorted(maps.Keys(*m)) {
			all = append(all, entry[V]{key, (*m)[key]})
		}
	}
	list(c, n, &all, func(e *entry[V], c *coder) {
		c.text(1, &e.key)
		value(&e.value, c)
	})
	if !c.reading || len(all) == 0 {
		return
	}
	*m = make(map[string]V, len(all))
	for _, e := range all {
		(*m)[e.key] = e.value
	}
}

func texts(c *coder, n protowire.Number, m *map[string]string) {
	mapped(c, n, m, func(v *string, c *coder) { c.text(2, v) })
}
