package com.example.clinic;

import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;

@Controller
class CrashController {

	private final OwnerRepository owners;

	CrashController(OwnerRepository owners) {
		this.owners = owners;
	}

	@GetMapping("/crash")
	String crash() {
		throw new IllegalStateException("the X-ray of " + this.owners.count() + " owners is broken");
	}

	@GetMapping("/template")
	String template() {
		return "broken";
	}

}
