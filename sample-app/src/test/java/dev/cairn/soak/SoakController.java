package dev.cairn.soak;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

import dev.cairn.Cairn;
import org.slf4j.MDC;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/**
 * Binds the user of a request, and works for the user in one of several ways.
 */
@RestController
@RequestMapping("/soak")
class SoakController {

	private final Cairn cairn;

	private final SoakWork work;

	private final Hops hops;

	SoakController(Cairn cairn, SoakWork work, Hops hops) {
		this.cairn = cairn;
		this.work = work;
		this.hops = hops;
	}

	@GetMapping("/{hop}/{fate}/{user}")
	CompletableFuture<String> work(@PathVariable Hop hop, @PathVariable Fate fate, @PathVariable String user) {
		Work task = bound(fate, user);
		return this.hops.run(hop, () -> task.run(hop.name()));
	}

	@GetMapping("/callable/{fate}/{user}")
	Callable<String> callable(@PathVariable Fate fate, @PathVariable String user) {
		Work task = bound(fate, user);
		return () -> task.run("callable");
	}

	@GetMapping("/stream/{fate}/{user}")
	StreamingResponseBody stream(@PathVariable Fate fate, @PathVariable String user) {
		Work task = bound(fate, user);
		return (OutputStream body) -> body.write(task.run("stream").getBytes(StandardCharsets.UTF_8));
	}

	private Work bound(Fate fate, String user) {
		this.cairn.bind(Witness.USER, user);
		String trace = Objects.requireNonNull(MDC.get("traceId"), "no trace");
		return (place) -> this.work.run(place, user, trace, fate);
	}

	/**
	 * The work for one user.
	 */
	private interface Work {

		String run(String place);

	}

}
