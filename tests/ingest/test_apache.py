import pytest

from ingest.readers.apache import is_apache, translate


@pytest.mark.parametrize(
    ("directives", "log_format"),
    [
        ("%h %l %u %t", "$remote_addr $ident $remote_user [$time_local]"),
        (r"\"%r\" %>s %b %O", '"$request" $status $body_bytes_sent $bytes_sent'),
        ("%{User-Agent}i|%{uid}C|%{X}o", "${http_user_agent}|${cookie_uid}|${sent_http_x}"),
        ("%{msec}t %{sec}t", "$msec $msec"),
        ("%400,501{Referer}i %!200<s", "${http_referer} $status"),
        ("%m %U%q %H", "$request_method $request_uri $server_protocol"),
        ("100%% %{%d/%m}t %{c}a %^FB", "100% ${apache_time} ${apache_c} ${apache_FB}"),
        (r'LogFormat "%h\t%u" mine', "$remote_addr\t$remote_user"),
    ],
)
def test_directives(directives, log_format):
    assert translate(directives) == log_format


def test_which_is_which():
    assert is_apache("%h %u")
    assert not is_apache("$remote_addr 100%")
