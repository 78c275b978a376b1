package store

import "context"

// Commit is the one door through which a served world changes: in one step, from
// the Moment that the change was decided on. Writes to different keys wait for one
// another no longer than it takes to change a record. Errors: ErrMoved when what the
// change was decided on is no longer so; those of the change; why it cannot be kept, of a world
// that is kept on a disk. Nothing has then changed, but where the disk failed as it was written:
// nobody is then shown the change, or any other.
func (l *Live) Commit(_ context.Context, seen *Moment, c Change) error {
	if _, all := c.(Anew); !all {
		if err := l.ready(); err != nil {
			return err
		}
	}
	return c.commit(l, seen)
}

func (c Put) commit(_ *Live, seen *Moment) error            { return c.apply(seen.Index) }
func (c Replace) commit(_ *Live, seen *Moment) error        { return c.apply(seen.Index) }
func (c Remove) commit(_ *Live, seen *Moment) error         { return c.apply(seen.Index) }
func (c BeginUpload) commit(_ *Live, seen *Moment) error    { return c.apply(seen.Index) }
func (c PutPart) commit(_ *Live, seen *Moment) error        { return c.apply(seen.Index) }
func (c CompleteUpload) commit(_ *Live, seen *Moment) error { return c.apply(seen.Index) }
func (c AbortUpload) commit(_ *Live, seen *Moment) error    { return c.apply(seen.Index) }
func (c CreateBucket) commit(l *Live, seen *Moment) error {
	return World{Contents: []Contents{c}}.commit(l, seen)
}
func (c DropBucket) commit(l *Live, seen *Moment) error {
	return World{Contents: []Contents{c}}.commit(l, seen)
}

func (c Put) apply(to shelves) error {
	return in(to, c.Bucket, func(b *Bucket) error { return b.put(c.Object, c.Expect) })
}

func (c Replace) apply(to shelves) error {
	return in(to, c.Bucket, func(b *Bucket) error { return b.replace(c.Seen, c.Object) })
}

func (c Remove) apply(to shelves) error {
	return in(to, c.Bucket, func(b *Bucket) error { return b.remove(c.Key, c.Version, c.Expect) })
}

func (c BeginUpload) apply(to shelves) error {
	return in(to, c.Bucket, func(b *Bucket) error { return b.beginUpload(c.Upload) })
}

func (c PutPart) apply(to shelves) error {
	return in(to, c.Bucket, func(b *Bucket) error { return b.putPart(c.Key, c.UploadID, c.Part) })
}

func (c CompleteUpload) apply(to shelves) error {
	return in(to, c.Bucket, func(b *Bucket) error { return b.completeUpload(c.Assembly, c.Expect) })
}

func (c AbortUpload) apply(to shelves) error {
	return in(to, c.Bucket, func(b *Bucket) error { return b.abortUpload(c.Key, c.UploadID) })
}

func (c CreateBucket) apply(to shelves) error {
	to.create(c.Bucket)
	return nil
}

func (c DropBucket) apply(to shelves) error { return to.drop(c.Bucket, c.Contents) }

func in(to shelves, bucket string, write func(*Bucket) error) error {
	if b := to.bucket(bucket); b != nil {
		return write(b)
	}
	return ErrMoved
}

func (c World) commit(l *Live, seen *Moment) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	before := l.now.Load()
	if before.Revision != seen.Revision {
		return ErrMoved
	}
	d := before.Index.draft()
	for _, part := range c.Contents {
		if err := part.apply(d); err != nil {
			d.abandon()
			return err
		}
	}
	next := l.after(&Moment{State: c.State, Uses: c.Uses, Faults: c.Faults, Index: d.index()})
	if err := l.admits(next); err != nil {
		d.abandon()
		return err
	}
	if err := l.home.follow(before, next, d.ops); err != nil {
		d.abandon()
		return err
	}
	d.publish(func() { l.now.Store(next) })
	return nil
}

func (c Anew) commit(l *Live, _ *Moment) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	d := l.now.Load().Index.draft()
	for name := range d.from.buckets {
		if err := d.drop(name, true); err != nil {
			return err // it is there
		}
	}
	next := l.after(c.Moment)
	if err := l.admits(next); err != nil {
		d.abandon()
		return err
	}
	if err := l.home.clear(c.last); err != nil {
		d.abandon()
		return err
	}
	l.home.adopt(next.Index)
	next.Index.serve()
	d.publish(func() { l.now.Store(next) })
	return nil
}
