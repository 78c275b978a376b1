#!/usr/bin/env bash
# One would guess that Net::Amazon::S3, Perl's client of S3, puts, gets and deletes the key that it is given.
# What happens (0.991, Debian 12; 2026-11-30): two slashes in a key are sent as one, and one at its end or beginning is not
# sent: log//a is written to log/a, dir/ to dir. What it lists it does not find again: deleting the listed key log//b
# deletes log/b, and answers 1.
# Why an S3 user meets it: keys that other programs made of "$prefix/" . "/name", markers of folders, a clean-up by list.
# Source: this run; keys are "a sequence of Unicode characters" (S3 User Guide, "Naming Amazon S3 objects").
. "$(dirname "$0")/setup.sh"
debian_packages libnet-amazon-s3-perl=0.991-1
PERL5LIB=$(echo "$work"/root/usr/lib/*-linux-gnu/perl5/5.*):$work/root/usr/share/perl5
export PERL5LIB
cat >keys.pl <<'EOF'
use strict; use warnings;
use Net::Amazon::S3; use Net::Amazon::S3::Vendor::Generic;
my ($host, $do, $key) = @ARGV;
my $s3 = Net::Amazon::S3->new(
    aws_access_key_id => $ENV{AWS_ACCESS_KEY_ID}, aws_secret_access_key => $ENV{AWS_SECRET_ACCESS_KEY}, retry => 0,
    vendor => Net::Amazon::S3::Vendor::Generic->new(host => $host, use_https => 0, use_virtual_host => 0));
my $bucket = $s3->bucket('bkt');
print $bucket->add_key($key, 'new') if $do eq 'put';
print $bucket->delete_key($key) if $do eq 'delete';
print join ' ', map { $_->{key} } @{ $bucket->list_all->{keys} } if $do eq 'list';
EOF
serve SEED='["log//b", "log/b"]'

debian_version libnet-amazon-s3-perl
expect 'the list' 'log//b log/b' "$(perl keys.pl "$host" list)"
expect 'delete log//b' 1 "$(perl keys.pl "$host" delete log//b)"
expect 'what is left' 'log//b' "$(stored)"
expect 'put log//a' 1 "$(perl keys.pl "$host" put log//a)"
expect 'put dir/' 1 "$(perl keys.pl "$host" put dir/)"
expect 'stored then' 'dir log//b log/a' "$(stored)"
