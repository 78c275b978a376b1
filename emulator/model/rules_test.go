package model

import (
	"crypto/md5"
	"encoding/base64"
	"fmt"
	"strings"
	"time"
)

// noRule is a rule that does nothing.
func noRule(id string) rule {
	return rule{id: id, larger: -1, days: -1, move: -1, noncurrent: -1, newer: -1, noncurrentMove: -1, abort: -1}
}

// rule draws a rule that S3 takes.
func (r *run) rule(id string) rule {
	made := noRule(id)
	made.prefix, made.off = pick(r, "", "a/", "a/1", "b"), r.draw.IntN(8) == 0
	switch r.draw.IntN(4) {
	case 0:
		made.tag = pick(r, "1", "2")
	case 1:
		made.larger = pick(r, 0, 4)
	}
	plain := made.tag == "" && made.larger < 0
	for made.idle() {
		if r.draw.IntN(2) == 0 {
			made.days = 1 + r.draw.IntN(6)
		}
		if r.draw.IntN(3) == 0 {
			made.move, made.class = r.draw.IntN(5), pick(r, "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE")
			if made.days >= 0 {
				made.move = r.draw.IntN(made.days)
			}
		}
		if r.draw.IntN(3) == 0 {
			made.noncurrent, made.newer = 1+r.draw.IntN(5), pick(r, -1, 1, 2)
		}
		if r.draw.IntN(4) == 0 && (made.noncurrent < 0 || made.noncurrent > 1) {
			made.noncurrentMove = 0
		}
		if plain && made.days < 0 && r.draw.IntN(3) == 0 {
			made.markers = true
		}
		if plain && r.draw.IntN(3) == 0 {
			made.abort = 1 + r.draw.IntN(3)
		}
	}
	return made
}

func (m rule) idle() bool {
	return m.days < 0 && m.move < 0 && m.noncurrent < 0 && m.noncurrentMove < 0 && !m.markers && m.abort < 0
}

// xml is the rule as S3 reads it.
func (m rule) xml() string {
	var parts []string
	add := func(n int, format string, a ...any) {
		if n >= 0 {
			parts = append(parts, fmt.Sprintf(format, append([]any{n}, a...)...))
		}
	}
	add(m.days, `<Expiration><Days>%d</Days></Expiration>`)
	add(m.move, `<Transition><Days>%d</Days><StorageClass>%s</StorageClass></Transition>`, m.class)
	newer := ""
	if m.newer >= 0 {
		newer = fmt.Sprintf(`<NewerNoncurrentVersions>%d</NewerNoncurrentVersions>`, m.newer)
	}
	add(m.noncurrent, `<NoncurrentVersionExpiration><NoncurrentDays>%d</NoncurrentDays>%s</NoncurrentVersionExpiration>`,
		newer)
	add(m.noncurrentMove, `<NoncurrentVersionTransition><NoncurrentDays>%d</NoncurrentDays>`+
		`<StorageClass>GLACIER</StorageClass></NoncurrentVersionTransition>`)
	add(m.abort, `<AbortIncompleteMultipartUpload><DaysAfterInitiation>%d</DaysAfterInitiation>`+
		`</AbortIncompleteMultipartUpload>`)
	if m.markers {
		parts = append(parts, `<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>`)
	}
	filter := `<Prefix>` + m.prefix + `</Prefix>`
	switch {
	case m.tag != "":
		filter = `<And>` + filter + `<Tag><Key>a</Key><Value>` + m.tag + `</Value></Tag></And>`
	case m.larger >= 0:
		filter = fmt.Sprintf(`<And>%s<ObjectSizeGreaterThan>%d</ObjectSizeGreaterThan></And>`, filter, m.larger)
	}
	status := "Enabled"
	if m.off {
		status = "Disabled"
	}
	return `<Rule><ID>` + m.id + `</ID><Filter>` + filter + `</Filter><Status>` + status + `</Status>` +
		strings.Join(parts, "") + `</Rule>`
}

func (r *run) setRules() {
	var rules []rule
	text := `<LifecycleConfiguration>`
	for i := range 1 + r.draw.IntN(3) {
		rules = append(rules, r.rule(fmt.Sprintf("rule %d", i)))
		text += rules[i].xml()
	}
	text += `</LifecycleConfiguration>`
	sum := md5.Sum([]byte(text))
	size := pick(r, "", "varies_by_storage_class")
	a := r.send("PUT", "", "lifecycle", text, "Content-MD5", base64.StdEncoding.EncodeToString(sum[:]),
		"x-amz-transition-default-minimum-object-size", size)
	r.done = append(r.done, text)
	if a.status != 200 {
		r.fail("PutBucketLifecycleConfiguration: %s", a.body)
	}
	r.model.rules, r.model.small = rules, size != ""
}

func (r *run) dropRules() {
	r.want("the status of DeleteBucketLifecycle", r.send("DELETE", "", "lifecycle", "").status, 204)
	r.model.rules = nil
}

// archived says that the bytes of a version cannot be read.
func (b *bucket) archived(v *version) bool {
	if v.class != "GLACIER" && v.class != "DEEP_ARCHIVE" {
		return false
	}
	return v.ready.IsZero() || b.now.Before(v.ready) || !b.now.Before(v.until)
}

// restoring is x-amz-restore.
func (b *bucket) restoring(v *version) string {
	switch {
	case v.ready.IsZero() || v.class != "GLACIER" && v.class != "DEEP_ARCHIVE" || !b.now.Before(v.until):
		return ""
	case b.now.Before(v.ready):
		return `ongoing-request="true"`
	}
	return `ongoing-request="false", expiry-date="` + v.until.Format("Mon, 02 Jan 2006 15:04:05 GMT") + `"`
}

// restore asks for a copy of the current version for some days.
func (r *run) restore() {
	key, days, tier := r.key(), 1+r.draw.IntN(3), pick(r, "Standard", "Bulk")
	a := r.send("POST", key, "restore", fmt.Sprintf(`<RestoreRequest><Days>%d</Days><GlacierJobParameters><Tier>%s</Tier>`+
		`</GlacierJobParameters></RestoreRequest>`, days, tier))
	v, now := r.model.current(key), r.model.now
	switch {
	case v == nil:
		r.want("the status of RestoreObject of nothing", a.status, 404)
	case v.class != "GLACIER" && v.class != "DEEP_ARCHIVE":
		r.want("the code of RestoreObject of no archive", a.code(), "InvalidObjectState")
	case !r.model.archived(v):
		r.want("the status of RestoreObject of what is there", a.status, 200)
		v.until = midnight(now, days)
	case !v.ready.IsZero() && now.Before(v.ready):
		r.again(v, a, tier)
	default:
		r.want("the status of RestoreObject", a.status, 202)
		v.ready = now.Add(lasts(v.class, tier))
		v.until, v.slow = midnight(v.ready, days), tier == "Bulk"
	}
}

// again is a restore that is asked for while one is under way: a faster one is taken.
func (r *run) again(v *version, a answer, tier string) {
	if at := r.model.now.Add(lasts(v.class, tier)); tier == "Standard" && v.slow {
		r.want("the status of a faster RestoreObject", a.status, 202)
		if at.Before(v.ready) {
			v.ready = at
		}
		v.slow = false
		return
	}
	r.want("the code of a second RestoreObject", a.code(), "RestoreAlreadyInProgress")
}

func lasts(class, tier string) time.Duration {
	switch {
	case class == "GLACIER" && tier == "Standard":
		return 5 * time.Hour
	case class == "DEEP_ARCHIVE" && tier == "Bulk":
		return 48 * time.Hour
	}
	return 12 * time.Hour
}
