package emulator

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/s3fault/s3fault/internal/data"
	"github.com/s3fault/s3fault/internal/nearest"
	"github.com/s3fault/s3fault/internal/store"
	"github.com/s3fault/s3fault/internal/world"
)

// DataReport is what a folder of Config.DataDir has.
type DataReport struct {
	Worlds, Objects int      // objects: all versions, of all worlds
	Bodies          int      // that can be read
	Damages         []string // in words, each with the file or the object that it is of
}

// CheckData reads all that a folder of Config.DataDir has. It changes nothing. Errors: a server
// has the folder; there is none.
func CheckData(dir string) (*DataReport, error) {
	r := &DataReport{}
	report := func(damage string) { r.Damages = append(r.Damages, damage) }
	f, err := data.Open(dir, data.Options{Reading: true})
	if damaged, ok := errors.AsType[*data.DamagedError](err); ok {
		report(damaged.Error())
		return r, nil
	}
	if err != nil {
		return nil, err
	}
	c := &store.Checking{Folder: f, Bodies: f.Check(report), Report: report}
	worlds, err := f.Worlds()
	for _, w := range worlds {
		r.Worlds++
		if w.Damage != nil {
			report(fmt.Sprintf("world %s: %v", w.Name, w.Damage))
		}
		err = errors.Join(err, c.World(w.Name, w.Shelf))
		if damage := factsDamage(f, w.Shelf); damage != nil {
			report(fmt.Sprintf("world %s: its facts: %v", w.Name, damage))
		}
	}
	if err != nil {
		report(err.Error())
	}
	r.Objects, r.Bodies = c.Objects, len(c.Bodies)
	return r, f.Close()
}

// factsDamage is why the facts on a world's shelf cannot be read; nil: they can, or there are none.
func factsDamage(f *data.Folder, shelf string) error {
	text, err := store.NewHome(f, shelf, nil).Facts()
	if err != nil || text == nil {
		return err
	}
	var kept keptFacts
	if err := json.Unmarshal(text, &kept); err != nil {
		return err
	}
	_, err = world.Decode(kept.State)
	return err
}

// ResetData takes away what a folder of Config.DataDir has of the world of that name, or all
// that it has; empty: of all. Errors: a server has the folder; *NotFound.
func ResetData(dir, name string) error {
	if name == "" {
		return data.Erase(dir)
	}
	f, err := data.Open(dir, data.Options{})
	if err != nil {
		return err
	}
	return errors.Join(resetWorld(f, name), f.Close())
}

func resetWorld(f *data.Folder, name string) error {
	worlds, err := f.Worlds()
	if err != nil {
		return err
	}
	var names []string
	for _, w := range worlds {
		if w.Name == name {
			return f.Queue(data.Drop(w.Shelf)).Wait(context.Background()) // the next start sweeps its bodies
		}
		names = append(names, w.Name)
	}
	return &NotFound{Kind: "world", Name: name, Nearest: nearest.Name(name, names)}
}
