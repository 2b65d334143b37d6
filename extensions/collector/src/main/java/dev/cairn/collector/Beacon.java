package dev.cairn.collector;

import dev.cairn.Trace;
import dev.cairn.context.UnitOfWork;
import dev.cairn.spring.web.request.RequestFacts;

/**
 * The elements with which a page loads the beacon, for templates. With Thymeleaf: <pre>
 * &lt;th:block th:utext="${&#64;cairnBeacon.tags()}"/&gt;
 * </pre> Thread-safe.
 */
public final class Beacon {

	private final String src;

	private final String integrity;

	Beacon(String path, BeaconScript script) {
		this.src = path + "?v=" + script.version();
		this.integrity = script.integrity();
	}

	/**
	 * Returns the address of the script, which changes with its content, so that it can
	 * be cached for ever.
	 * @return the path within the server, with the query
	 */
	public String src() {
		return this.src;
	}

	/**
	 * Returns the hash of the script, which browsers compare.
	 * @return the value of the attribute {@code integrity}
	 */
	public String integrity() {
		return this.integrity;
	}

	/**
	 * Returns the elements for the head of a page: the script, and the trace of the
	 * request for the page if there is one.
	 * @return the elements as HTML
	 */
	public String tags() {
		UnitOfWork unit = RequestFacts.currentUnit();
		Trace trace = (unit != null) ? unit.trace() : null;
		String meta = (trace != null) ? "<meta name=\"traceparent\" content=\"" + trace.traceparent() + "\">" : "";
		return meta + "<script async src=\"" + this.src + "\" integrity=\"" + this.integrity
				+ "\" crossorigin=\"anonymous\"></script>";
	}

}
