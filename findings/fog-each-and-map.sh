#!/usr/bin/env bash
# One would guess that on one collection of Ruby's fog-aws `each` and `map` go over the same objects.
# What happens (fog-aws 3.15.0 of Debian 12, 2026-11-29): directory.files.each fetches page after page, all 2,500
# objects; map, to_a and size of the same collection end with the first page: 1,000. And a key that is not there, for
# which files.get gives nil, is asked for four times: fog retries the 404 of every idempotent call.
# Why an S3 user meets it: fog-aws is under CarrierWave and many Rails backups; `files.map(&:key)` is how one compares
# what is stored with what should be, or deletes what is left over.
# Source: this run.
. "$(dirname "$0")/setup.sh"
debian_packages ruby-fog-aws=3.15.0-1
gems=$(echo "$libraries"/rubygems-integration/3.1.0) ruby=$work/root/usr/lib/ruby
export GEM_HOME=$gems GEM_PATH=$gems:$work/root/usr/share/rubygems-integration/all
export RUBYLIB=$ruby/vendor_ruby:$ruby/3.1.0:$libraries/ruby/3.1.0:$libraries/ruby/vendor_ruby/3.1.0
for gem in "$gems"/gems/*/lib "$gems"/extensions/*/*/* "${GEM_PATH#*:}"/gems/*/lib; do RUBYLIB+=:$gem; done
serve SEED=2500
cat >files.rb <<'EOF'
require 'fog/aws'
storage = Fog::Storage.new(provider: 'AWS', endpoint: ARGV[0], path_style: true, region: 'us-east-1',
                           aws_access_key_id: ENV['AWS_ACCESS_KEY_ID'],
                           aws_secret_access_key: ENV['AWS_SECRET_ACCESS_KEY'])
files = -> { storage.directories.new(key: 'bkt').files }
each = 0
files.call.each { each += 1 }
puts "each #{each} map #{files.call.map(&:key).length} to_a #{files.call.to_a.length} size #{files.call.size}"
puts "get #{files.call.get('missing').inspect}"
EOF
timeout 120 ruby3.1 files.rb "http://$host" >seen

debian_version ruby-fog-aws
expect 'of 2,500 objects' 'each 2500 map 1000 to_a 1000 size 1000' "$(sed -n 1p seen)"
expect 'a missing key' 'get nil' "$(sed -n 2p seen)"
expect 'times that it was asked for' 4 "$(asked | grep -c 'GET /bkt/missing')"
