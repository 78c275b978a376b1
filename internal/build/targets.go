package build

import (
	"iter"

	"github.com/s3fault/s3fault/internal/tree"
	"github.com/s3fault/s3fault/internal/world"
)

// target is a bucket that another bucket's configuration writes to. S3 looks for it when the
// configuration is put; later it may be deleted, and nothing says so.
type target struct {
	at      *tree.Node // its name
	account *tree.Node // whose it is said to be; nil: nothing is said
	own     bool       // it must be of the account of the bucket that has the configuration
}

// targetsIn are those of a bucket, or of what it is changed into.
func targetsIn(bucket *tree.Node) iter.Seq[target] {
	return func(yield func(target) bool) {
		if n := bucket.Get("logging").Get("bucket"); n != nil && !yield(target{at: n, own: true}) {
			return
		}
		rules := bucket.Get("replication").Get("rules")
		if rules == nil {
			return
		}
		for _, rule := range rules.Items {
			to := rule.Get("destination")
			if n := to.Get("bucket"); n != nil && !yield(target{at: n, account: to.Get("account")}) {
				return
			}
		}
	}
}

// checkTargets refuses a target that the world would have to have, and has not. What a patch
// leaves alone stays: the target of a world that is served may have been deleted.
func (w *making) checkTargets() error {
	var errs []error
	buckets := valuesOf(w.facts.Get("buckets"))
	for _, name := range keysOf(buckets) {
		before := w.before.Get("buckets").Get(name)
		for t := range targetsIn(buckets[name]) {
			_, there := buckets[t.at.Text]
			if !there && t.ours(w.State) && !t.among(before) {
				errs = append(errs, tree.Unknown(t.at, "bucket", t.at.Text, keysOf(buckets)))
			}
		}
	}
	return tree.Join(errs...)
}

// ours says that the target is a bucket of an account of the world.
func (t target) ours(s *world.State) bool {
	return t.own || t.account != nil && s.Accounts[t.account.Text] != nil
}

// among says that the bucket had the target already.
func (t target) among(bucket *tree.Node) bool {
	for old := range targetsIn(bucket) {
		if old.own == t.own && old.at.Text == t.at.Text {
			return true
		}
	}
	return false
}

// doubtTargets warns of targets that may be a bucket of an account outside of the file.
func (d *doubting) doubtTargets(facts *tree.Node) {
	buckets := valuesOf(facts.Get("buckets"))
	for _, name := range keysOf(buckets) {
		for t := range targetsIn(buckets[name]) {
			if _, there := buckets[t.at.Text]; there || t.own || t.account != nil {
				continue
			}
			doubt := tree.Unknown(t.at, "bucket", t.at.Text, keysOf(buckets))
			doubt.Message += ": if it is another account's, the destination wants that account"
			d.all = append(d.all, doubt)
		}
	}
}
