package dev.cairn.collector;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * Pages with the beacon, whose content security policy permits nothing but files of their
 * own origin. Each test has a page of its own.
 */
@Configuration(proxyBeanMethods = false)
@Import(Running.Application.class)
class BeaconPages {

	static final String POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self'";

	private static final String PAGE = """
			<!DOCTYPE html><html><head><meta charset="utf-8"><title>Secret title</title>%s</head><body>
			<h1>Stones</h1>
			<p id="text">A cairn is a pile of stones that marks a trail.</p>
			<button id="buy" data-sku="s-7" data-price="78"><b>Buy now</b></button>
			<a id="help" href="#answer" data-cairn-event="help.opened" data-cairn-topic="returns" data-cairn-top-level="1">Help</a>
			<form id="signup" class="form wide a1b2c3" data-cairn-event="signup.sent" data-cairn-plan="free">
			<input name="mail" value="jane@example.org"><textarea name="note">my secret note</textarea>
			<select name="choice"><option value="secret-option">Choice</option></select><button name="go">Go</button>
			</form></body></html>""";

	@Bean
	RouterFunction<ServerResponse> pages(ObjectProvider<Beacon> beacon, ObjectProvider<BeaconScript> script) {
		return RouterFunctions.route()
			.GET("/pages/{name}", (request) -> page(beacon.getObject().tags()))
			.GET("/plain/{name}", (request) -> page("<script async src=/cairn/beacon.js></script>"))
			.GET("/early/{name}",
					(request) -> page("<script src=/early.js></script><script async src=/cairn/beacon.js></script>"))
			.GET("/away/{name}", (request) -> page("<script src=/elsewhere/beacon.js></script>"))
			// With the script of any server, without a policy
			.GET("/of/{port}/{name}",
					(request) -> ServerResponse.ok()
						.contentType(MediaType.TEXT_HTML)
						.body("""
								<meta name=traceparent content=%s><script async src=http://127.0.0.1:%s/cairn/beacon.js></script>"""
							.formatted(request.param("traceparent").orElseThrow(), request.pathVariable("port"))))
			.GET("/early.js", (request) -> script("""
					window.cairn = window.cairn || function () { (cairn.q = cairn.q || []).push(arguments); };
					cairn('event', { type: 'page.early', fields: { answer: 42 } });
					addEventListener('DOMContentLoaded', () => document.querySelector('form').remove());"""))
			.GET("/elsewhere/beacon.js",
					(request) -> ServerResponse.ok()
						.contentType(MediaType.valueOf("text/javascript"))
						.body(script.getObject().content()))
			.build();
	}

	private static ServerResponse page(String head) {
		return ServerResponse.ok()
			.contentType(MediaType.TEXT_HTML)
			.header("Content-Security-Policy", POLICY)
			.body(PAGE.formatted(head));
	}

	private static ServerResponse script(String text) {
		return ServerResponse.ok().contentType(MediaType.valueOf("text/javascript")).body(text);
	}

}
