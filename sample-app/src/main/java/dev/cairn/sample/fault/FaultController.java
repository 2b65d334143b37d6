package dev.cairn.sample.fault;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * Fails on demand: {@code POST /faults/{kind}} causes exactly one failure, no matter how
 * many layers see it, or is slow.
 */
@RestController
@RequestMapping("/faults")
class FaultController {

	private final FaultService faults;

	FaultController(FaultService faults) {
		this.faults = faults;
	}

	/**
	 * An unhandled exception: 500.
	 */
	@PostMapping("/unhandled")
	void unhandled() {
		this.faults.pay();
	}

	/**
	 * An unhandled exception with a cause: 500.
	 */
	@PostMapping("/wrapped")
	void wrapped() {
		this.faults.checkout();
	}

	/**
	 * An exception that {@link FaultExceptionHandler} handles: 503.
	 */
	@PostMapping("/handled")
	void handled() {
		this.faults.ship();
	}

	/**
	 * An exception that is caught and logged: 200.
	 */
	@PostMapping("/logged")
	void logged() {
		this.faults.sendReceipt();
	}

	/**
	 * An exception on another thread: 202.
	 */
	@PostMapping("/async")
	@ResponseStatus(HttpStatus.ACCEPTED)
	void async() {
		this.faults.printInvoice();
	}

	/**
	 * No failure, but a slow answer: 200 after more than a second.
	 */
	@PostMapping("/slow")
	void slow() throws InterruptedException {
		this.faults.waitForTheBank();
	}

	/**
	 * No failure, but the same statement for each row (N+1): 200.
	 */
	@PostMapping("/n-plus-one")
	void manyStatements() {
		this.faults.readLines();
	}

	@PostMapping("/{kind}")
	void unknown(@PathVariable String kind) {
		throw new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no fault '" + kind + "'");
	}

}
