package com.example.clinic;

import jakarta.validation.Valid;

import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.validation.BindingResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ResponseStatusException;

@Controller
class OwnerController {

	private final OwnerRepository owners;

	OwnerController(OwnerRepository owners) {
		this.owners = owners;
	}

	@GetMapping("/owners")
	String list(@RequestParam(defaultValue = "") String name, Model model) {
		model.addAttribute("owners", this.owners.findByNameStartingWithOrderByName(name));
		return "owners";
	}

	@GetMapping("/owners/{id}")
	String show(@PathVariable long id, Model model) {
		model.addAttribute("owner",
				this.owners.findById(id).orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND)));
		return "owner";
	}

	@GetMapping("/owners/new")
	String form(Model model) {
		model.addAttribute("owner", new Owner());
		return "ownerForm";
	}

	@PostMapping("/owners/new")
	String create(@Valid Owner owner, BindingResult result) {
		return result.hasErrors() ? "ownerForm" : "redirect:/owners/" + this.owners.save(owner).getId();
	}

}
